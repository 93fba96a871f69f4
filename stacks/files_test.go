package stacks

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// stackFiles are all stack files of the repository, but for the snapshots of earlier versions.
func stackFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"../Pulumi.*.yaml", "../examples/*/*.yaml"} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, file := range found {
			if filepath.Base(file) != "Pulumi.yaml" { // a project's own, not a stack's
				files = append(files, file)
			}
		}
	}
	require.GreaterOrEqual(t, len(files), 14)
	return files
}

// readStackFile reads a stack's file as the engine hands it over, with its shared file.
func readStackFile(t *testing.T, file string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	var content struct {
		Config map[string]yaml.Node `yaml:"config"`
	}
	require.NoError(t, yaml.Unmarshal(raw, &content))
	values := map[string]string{}
	for key, node := range content.Config {
		value, err := textOf(&node)
		require.NoError(t, err)
		values[key] = value
	}
	values, err = WithBase(values, os.DirFS(".."))
	require.NoError(t, err)
	return values
}

// Every stack file deploys on the Azure of the table, without a warning of a model.
func TestStackFilesDeploy(t *testing.T) {
	models, err := azure.LoadModels()
	require.NoError(t, err)
	for _, file := range stackFiles(t) {
		t.Run(strings.TrimPrefix(file, "../"), func(t *testing.T) {
			_, advice, err := ReadConfig(readStackFile(t, file), ReadOptions{Today: models.AsOf.Time})
			require.NoError(t, err)
			for _, each := range advice {
				require.False(t, each.Warning && strings.Contains(each.Path, "deployments"), "%v", each)
			}
		})
	}
}

// The table is what lets them: each stack file is refused when one of its entries goes.
func TestStackFilesNeedTheTable(t *testing.T) {
	models, err := azure.LoadModels()
	require.NoError(t, err)
	for _, file := range stackFiles(t) {
		t.Run(strings.TrimPrefix(file, "../"), func(t *testing.T) {
			config, _, err := ReadConfig(readStackFile(t, file), today)
			require.NoError(t, err)
			checked := 0
			for _, list := range config.deploymentLists(models) {
				for i, deployment := range *list.deployments {
					for _, region := range list.regions {
						checked++
						_, mistakes := config.checkModels(tableWithout(t, models, deployment.Model, deployment.SKU, region), today.Today)
						require.ErrorContains(t, mistakes, fmt.Sprintf("%s[%d]", list.path, i))
						require.ErrorContains(t, mistakes, region)
					}
				}
			}
			require.Positive(t, checked)
		})
	}
}

// tableWithout is a table in which a region does not offer a model by a SKU.
func tableWithout(t *testing.T, table *azure.Models, model, sku, region string) *azure.Models {
	t.Helper()
	raw, err := table.Encode()
	require.NoError(t, err)
	copied, err := azure.ReadModels(raw)
	require.NoError(t, err)
	for _, version := range copied.Versions(model) {
		version.Regions[sku] = slices.DeleteFunc(version.Regions[sku], func(name string) bool { return name == region })
	}
	return copied
}

const small = `{"name":"small","model":"text-embedding-3-small","version":"1"}`

// What a preview says of models, with the place where the user wrote it. Offers and dates are
// those of internal/azure/data/models.json.
func TestModelsInConfigurations(t *testing.T) {
	list := func(deployments string) []string { return []string{"deployments", "[" + deployments + "]"} }
	for _, c := range []struct {
		reason string
		values []string
		// mistakes and warnings are the beginnings of what is told; all of it.
		mistakes, warnings []string
		// informs are parts of what is told for information.
		informs []string
	}{
		{
			"the default SKU is told", list(small), nil, nil,
			[]string{"aoai-gateway:deployments[0].sku: DataZoneStandard by default for text-embedding-3-small 1 in swedencentral, francecentral"},
		},
		{"Standard is the default where all regions have it", list(gpt), nil, nil, []string{"aoai-gateway:deployments[0].sku: Standard by default"}},
		{"a SKU that is given is not told", list(`{"name":"chat","model":"gpt-5.6-luna","version":"2026-07-09","sku":"DataZoneStandard"}`), nil, nil, nil},
		{
			"a SKU that the regions lack, once for both accounts", list(`{"name":"small","model":"text-embedding-3-small","version":"1","sku":"Standard"}`),
			[]string{"aoai-gateway:deployments[0].sku: text-embedding-3-small 1 is not offered by Standard in swedencentral, francecentral (table of "},
			nil, nil,
		},
		{
			"at an account of its own",
			[]string{"openai", `[{"name":"sweden","region":"swedencentral","deployments":[` + gpt + `]},{"name":"japan","region":"japaneast","deployments":[{"name":"gpt-4o","model":"gpt-4o","version":"2024-11-20","sku":"DataZoneStandard"}]}]`},
			[]string{"aoai-gateway:openai[1].deployments[0].sku: gpt-4o 2024-11-20 is not offered by DataZoneStandard in japaneast"},
			nil,
			[]string{"Standard by default"},
		},
		{
			"no default where regions have nothing in common",
			[]string{"openai", `[{"name":"sweden","region":"swedencentral"},{"name":"japan","region":"japaneast"}]`, "deployments", "[" + small + "]"},
			[]string{"aoai-gateway:deployments[0].sku: is missing, and has no default: text-embedding-3-small 1 has neither Standard nor DataZoneStandard in all of swedencentral, japaneast"},
			nil, nil,
		},
		{
			"a version of the future", list(`{"name":"gpt-4o","model":"gpt-4o","version":"2030-01-01"}`),
			[]string{`aoai-gateway:deployments[0].version: "2030-01-01" is not a version of gpt-4o that is known`},
			nil, nil,
		},
		{
			"a version of the future with its SKU", list(`{"name":"gpt-4o","model":"gpt-4o","version":"2030-01-01","sku":"GlobalStandard"}`),
			nil,
			[]string{`aoai-gateway:deployments[0].version: "2030-01-01" is not a version of gpt-4o that is known`},
			nil,
		},
		{
			"a retired model", list(`{"name":"o1","model":"o1","version":"2024-12-17","sku":"DataZoneStandard"}`),
			[]string{"aoai-gateway:deployments[0].version: o1 2024-12-17 was retired on 2026-11-19"},
			nil, nil,
		},
		{
			"a retired model that Azure may judge", list(`{"name":"o1","model":"o1","version":"2024-12-17","sku":"DataZoneStandard","skipModelCheck":true}`),
			nil,
			[]string{"aoai-gateway:deployments[0].version: o1 2024-12-17 was retired on 2026-11-19"},
			nil,
		},
		{
			"a model that retires soon", list(`{"name":"gpt-5","model":"gpt-5","version":"2025-08-07","sku":"DataZoneStandard"}`),
			nil,
			[]string{"aoai-gateway:deployments[0].version: gpt-5 2025-08-07 retires on 2027-02-09"},
			nil,
		},
		{
			"provisioned units have no default", list(`{"name":"chat","model":"gpt-5.4-mini","version":"2026-03-17","sku":"GlobalProvisionedManaged"}`),
			[]string{"aoai-gateway:deployments[0].capacity: is missing: provisioned units have no default; give 15, or more in steps of 5"},
			nil, nil,
		},
		{
			"a region without Azure OpenAI",
			[]string{"openai", `[{"name":"sweden","region":"swedencentral"},{"name":"chile","region":"chilecentral"}]`, "deployments", "[" + gpt + "]"},
			[]string{`aoai-gateway:openai[1].region: "chilecentral" offers no Azure OpenAI model`},
			nil,
			[]string{"Standard by default"},
		},
		{
			"a kind that is none",
			[]string{"openai", accounts(`"kind":"AIServices"`), "deployments", "[" + gpt + "]"},
			[]string{`aoai-gateway:openai[0].kind: "AIServices" is not allowed; one of openai, foundry`},
			nil,
			[]string{"Standard by default"},
		},
	} {
		t.Run(c.reason, func(t *testing.T) {
			_, advice, err := ReadConfig(with(c.values...), today)
			begins(t, c.mistakes, mistakes(err))
			var warnings, informed []string
			for _, each := range advice {
				if each.Warning {
					warnings = append(warnings, each.String())
				} else {
					informed = append(informed, each.String())
				}
			}
			begins(t, c.warnings, warnings)
			require.Len(t, informed, len(c.informs), "%v", informed)
			for i, want := range c.informs {
				require.Contains(t, informed[i], want)
			}
		})
	}
}

// begins holds what was told against its beginnings.
func begins(t *testing.T, want, got []string) {
	t.Helper()
	require.Len(t, got, len(want), "%v", got)
	for i := range want {
		require.True(t, strings.HasPrefix(got[i], want[i]), "%q does not begin with %q", got[i], want[i])
	}
}
