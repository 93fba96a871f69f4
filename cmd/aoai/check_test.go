package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/stacks"
)

const rightKeys = `  aoai-gateway:openai: [{name: sweden, region: swedencentral}, {name: france, region: francecentral}]
  aoai-gateway:deployments: [{name: gpt-4o, model: gpt-4o, version: "2024-11-20"}]
`

// A wrong file is refused before anything starts: by check, preview and up alike, once, with
// its key and remedy, and as JSON where JSON is asked for.
func TestWrongStackFileIsRefusedFirst(t *testing.T) {
	s := project(t, map[string]string{
		"Pulumi.yaml":     "name: aoai-gateway\nruntime: go\n",
		"Pulumi.dev.yaml": "config:\n  aoai-gateway:openai: {sweden: {region: swedencentral}}\n",
	})
	const want = `aoai-gateway:openai: must be a list, not an object; begin each entry with "- "`
	for _, verb := range []string{"check", "preview", "up"} {
		t.Run(verb, func(t *testing.T) {
			require.NoError(t, os.RemoveAll(filepath.Join(s.Project, ".sandbox")))
			var stdout, stderr bytes.Buffer
			require.Equal(t, 1, run(t.Context(), []string{verb, "--json", "--project", s.Project}, &streams{stdout: &stdout, stderr: &stderr}))
			require.Equal(t, 1, strings.Count(stderr.String(), want), stderr.String())
			require.True(t, strings.HasPrefix(stderr.String(), "aoai: 1 mistake in "+filepath.Join(s.Project, "Pulumi.dev.yaml")), stderr.String())
			var told toldFailure
			require.NoError(t, json.Unmarshal(stdout.Bytes(), &told), stdout.String())
			require.Equal(t, 1, told.Version)
			require.Contains(t, told.Error, want)
			require.NoDirExists(t, filepath.Join(s.Project, ".sandbox"), "the sandbox was started")
		})
	}
}

func TestCheckTellsWarnings(t *testing.T) {
	s := project(t, map[string]string{
		"Pulumi.yaml":      "name: aoai-gateway\nruntime: go\n",
		"Pulumi.dev.yaml":  "config:\n" + rightKeys,
		"Pulumi.mine.yaml": "config:\n" + strings.ReplaceAll(rightKeys, "francecentral", "swedencentral"),
	})
	for stack, want := range map[string]string{
		"dev":  "has no mistakes\n",
		"mine": "warning: aoai-gateway:openai[1].region: swedencentral is where",
	} {
		var stdout, stderr bytes.Buffer
		require.Zero(t, run(t.Context(), []string{"check", "--stack", stack, "--project", s.Project}, &streams{stdout: &stdout, stderr: &stderr}), stderr.String())
		require.Contains(t, stdout.String(), want)
		require.Equal(t, stack == "mine", strings.Contains(stdout.String(), "warning"))
	}
}

// The keys of other projects are their own.
func TestOtherProjectsAreLeftAlone(t *testing.T) {
	s := project(t, map[string]string{"Pulumi.yaml": "name: contoso\nruntime: go\n", "Pulumi.dev.yaml": "config:\n  contoso:openai: 1\n"})
	_, err := s.checkStack(stackFlags{Stack: "dev"})
	require.NoError(t, err)
}

func TestStrangers(t *testing.T) {
	const known, stranger = "5f8d3a1e-7c1b-4a53-9b0e-0a4d5d2f6c02", "11111111-2222-3333-4444-555555555555"
	for _, c := range []struct {
		reason string
		client stacks.Client
		want   string
	}{
		{"who runs the deployment is known", stacks.Client{Name: "app", PrincipalID: stacks.Deployer}, ""},
		{"known by another case", stacks.Client{Name: "app", PrincipalID: strings.ToUpper(known), PrincipalType: "Group"}, ""},
		{"nobody knows it", stacks.Client{Name: "app", PrincipalID: stranger, PrincipalType: "ServicePrincipal"}, `aoai-gateway:clients[0].principalId: "` + stranger + `" is nobody in the sandbox's directory`},
		{"another kind", stacks.Client{Name: "app", PrincipalID: known, PrincipalType: "User"}, `aoai-gateway:clients[0].principalType: "User" is not what`},
	} {
		t.Run(c.reason, func(t *testing.T) {
			lines := strangers([]stacks.Client{c.client}, map[string]string{known: "Group"})
			if c.want == "" {
				require.Empty(t, lines)
				return
			}
			require.Len(t, lines, 1)
			require.True(t, strings.HasPrefix(lines[0], c.want), lines[0])
		})
	}
}

// A budget that is there keeps its first month: the warning of a month that has passed is for
// stacks that are not deployed yet.
func TestCheckWarnsOfAPastMonthBeforeTheFirstUp(t *testing.T) {
	s := project(t, map[string]string{
		"Pulumi.yaml":     "name: aoai-gateway\nruntime: go\n",
		"Pulumi.dev.yaml": "config:\n" + rightKeys + "  aoai-gateway:budget: {amount: 100, startDate: \"2025-01-01\", emails: [ai@contoso.com]}\n",
	})
	check := func() string {
		var stdout, stderr bytes.Buffer
		require.Zero(t, run(t.Context(), []string{"check", "--project", s.Project}, &streams{stdout: &stdout, stderr: &stderr}), stderr.String())
		return stdout.String()
	}
	require.Contains(t, check(), `warning: aoai-gateway:budget.startDate: "2025-01-01" has passed`)
	require.NoError(t, os.MkdirAll(filepath.Join(s.Project, ".sandbox", "stacks"), 0o700))
	require.NoError(t, s.remember("dev", deployed{Pattern: "front-door"}))
	require.NotContains(t, check(), "warning")
}
