package e2e

import (
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

// The failures that cost users the most, each provoked by a small program that is
// wrong in one way, through the real CLI: refused with Azure's code and a message
// that tells the remedy.
func TestWrongProgramsAreRefused(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, verb string
		want       []string
	}{
		{"concurrent-deployments", "up", []string{`Code="RequestConflict"`, "one after another"}},
		{"over-quota", "up", []string{`Code="InsufficientQuota"`, "Lower the capacity or ask for more quota"}},
		{"sku-not-in-region", "up", []string{`Code="InvalidResourceProperties"`, "is not supported in this region 'swedencentral'"}},
		{"route-before-origins", "up", []string{`Code="BadRequest"`, "Create its origins before the route"}},
		{"new-principal-as-user", "up", []string{`Code="PrincipalNotFound"`, "does not exist in the directory"}},
		{"conflicting-children", "up", []string{"cannot create already existing resource", "origins/same"}},
		{"probe-method", "preview", []string{`healthProbeSettings.probeRequestType: "POST" is not allowed; one of GET, HEAD, NotSet`}},
		{"checked-probe-method", "preview", []string{
			"origins breaks Azure's contract", `healthProbeSettings.probeRequestType: "POST" is not allowed; one of GET, HEAD, NotSet`,
		}},
		{"typed-pool", "up", []string{`Code="ValidationError"`, "Url is not supported for backend pool."}},
		{"keys-beside", "preview", []string{"breaks the guardrails:", "no-local-auth: properties.disableLocalAuth is not true; set it"}},
		{"redirect-without-http", "preview", []string{"httpsRedirect:", "needs supportedProtocols to hold Http and Https"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWrong(t)
			said, err := w.run(c.name, c.verb)
			var exit *engine.ExitError
			if !errors.As(err, &exit) {
				t.Fatalf("the program was not refused: %v\n%s", err, said)
			}
			for _, want := range c.want {
				if !strings.Contains(said, want) {
					t.Errorf("the refusal lacks %q:\n%s", want, said)
				}
			}
		})
	}
}

// A value that an open enum does not list may be one that Azure knows by now.
func TestOpenEnumsOnlyWarn(t *testing.T) {
	t.Parallel()
	said, err := newWrong(t).run("unknown-state", "preview")
	if err != nil || !strings.Contains(said, `azure-native:cdn/v20240901:AFDEndpoint endpoint: enabledState: "Draining" is not among the values that Azure documents: Disabled, Enabled`) {
		t.Errorf("an unknown member of an open enum: %v\n%s", err, said)
	}
}

// A name stays taken after destroy, until it is purged.
func TestSoftDeletedNamesAreRefused(t *testing.T) {
	t.Parallel()
	w := newWrong(t)
	for _, verb := range []string{"up", "destroy"} {
		if said, err := w.run("account", verb); err != nil {
			t.Fatalf("%s: %v\n%s", verb, err, said)
		}
	}
	said, err := w.run("account", "up")
	if err == nil || !strings.Contains(said, `Code="FlagMustBeSetForRestore"`) || !strings.Contains(said, "please purge it first") {
		t.Errorf("a held name: %v\n%s", err, said)
	}
}

// wrong is the project of wrong programs on a sandbox in which time passes more
// slowly, so that what runs at a time meets.
type wrong struct {
	t       *testing.T
	dir     string
	session *sandbox.Session
}

func newWrong(t *testing.T) *wrong {
	t.Helper()
	w := &wrong{t: t, dir: t.TempDir()}
	var err error
	w.session, err = sandbox.Join(t.Context(), sandbox.Options{
		Dir: w.dir, TimeScale: 200, SeedFile: filepath.Join(root, "e2e", "testdata", "wrong", "seed.json"),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.session.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// run calls the CLI and returns all that it says.
func (w *wrong) run(name, verb string) (string, error) {
	w.t.Helper()
	var said strings.Builder
	driver, err := engine.New(w.t.Context(), engine.Options{
		Project: filepath.Join(root, "e2e", "testdata", "wrong"), Tools: tools, Dir: w.dir,
		Environment: w.session.Endpoints.Environment(), Stdout: &said, Stderr: &said, Progress: io.Discard,
	}, "test", stackFile(w.t, "config:\n  wrong:case: "+name+"\n"))
	if err != nil {
		w.t.Fatal(err)
	}
	args := map[string][]string{
		"preview": {"preview"}, "up": {"up", "--yes", "--skip-preview"}, "destroy": {"destroy", "--yes", "--skip-preview"},
	}[verb]
	err = driver.Run(w.t.Context(), &said, args...)
	return said.String(), err
}
