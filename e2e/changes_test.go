package e2e

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

// A moved account is a new one under another name: Azure holds the old name for
// two days.
func TestAccountsMove(t *testing.T) {
	t.Parallel()
	w := newWorld(t, example("front-door/defaults"))
	w.must(0, "up")
	before := w.outputs()
	w.flags[3] = stackFile(t, strings.Replace(readFile(t, example("front-door/defaults")), "francecentral", "polandcentral", 1))
	w.must(0, "up")
	w.must(0, "drift")
	if after := w.outputs(); after["endpoint"] != before["endpoint"] {
		t.Errorf("moving an account changes the endpoint from %v to %v", before["endpoint"], after["endpoint"])
	}
	w.flags[3] = stackFile(t, strings.Replace(readFile(t, w.flags[3]), "config:\n", "config:\n  aoai-gateway:location: westeurope\n", 1))
	if got := w.must(0, "up"); strings.Contains(got.stdout, "Account sweden replac") {
		t.Errorf("another location for the logs replaces the accounts: %s", got)
	}
}

// Any two deployments of an account are deleted one after the other, whatever
// stands between them.
func TestDeploymentsGoOneByOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, stackFile(t, deploymentsFile("aa", "bb", "cc", "dd")))
	session, err := sandbox.Join(t.Context(), sandbox.Options{Dir: w.dir, TimeScale: 300, SeedFile: w.flags[5]})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := session.Close(); err != nil {
			t.Error(err)
		}
	}()
	w.must(0, "up")
	w.flags[3] = stackFile(t, deploymentsFile("bb"))
	w.must(0, "up")
	w.must(0, "destroy")
}

func deploymentsFile(names ...string) string {
	text := "config:\n  aoai-gateway:openai:\n    - { name: sweden, region: swedencentral }\n    - { name: france, region: francecentral }\n" +
		"  aoai-gateway:deployments:\n"
	for _, name := range names {
		text += "    - { name: " + name + ", model: gpt-5.4-mini, version: \"2026-03-17\" }\n"
	}
	return text
}

// serve keeps the sandbox up until it is interrupted, says where it answers, and
// ends with 0.
func TestServeEndsWithAnInterrupt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	serve := exec.CommandContext(t.Context(), binary, "serve", "--project", root, "--sandbox", dir)
	output, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(output)
	if !lines.Scan() || !strings.Contains(lines.Text(), "http://127.0.0.1:") {
		t.Errorf("serve says %q", lines.Text())
	}
	for lines.Scan() && !strings.Contains(lines.Text(), "Ctrl-C") {
	}
	seeded := execute(t, root, nil, binary, "status", "--project", root, "--sandbox", dir, "--seed", seedFile())
	if seeded.code == 0 || !strings.Contains(seeded.stderr, "runs this sandbox with another seed") {
		t.Errorf("joining with another seed: %s", seeded)
	}
	if err := serve.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := serve.Wait(); err != nil {
		t.Errorf("serve ends with %v", err)
	}
}
