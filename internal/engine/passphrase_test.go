package engine

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// salted is the salt of a stack that Pulumi 3.276.0 made with the passphrase "the stack's".
const salted = "v1:1OddxL/F/wQ=:v1:Dwi0gEzZXqzaKrZa:IW62CHS8391OxNBaehuju0kPt0IKgQ=="

// A passphrase of the shell that is not the stack's is refused before Pulumi starts, with
// what to do.
func TestPassphraseOfTheShell(t *testing.T) {
	for _, c := range []struct {
		reason      string
		shell, file *string
		own, want   string
	}{
		{reason: "none, so that the sandbox's own is taken", own: "the stack's"},
		{reason: "the right one", shell: new("the stack's"), own: "another"},
		{reason: "the right one in a file", file: new("the stack's\n"), own: "another"},
		{reason: "a wrong one beside the sandbox's own", shell: new("work"), own: "the stack's", want: "PULUMI_CONFIG_PASSPHRASE in this shell is not the passphrase that stack dev was made with.*unset PULUMI_CONFIG_PASSPHRASE$"},
		{reason: "an empty one, which Pulumi takes, too", shell: new(""), own: "the stack's", want: "PULUMI_CONFIG_PASSPHRASE in this shell .*unset PULUMI_CONFIG_PASSPHRASE$"},
		{reason: "a wrong one in a file", file: new("work"), own: "the stack's", want: "PULUMI_CONFIG_PASSPHRASE_FILE in this shell .*unset PULUMI_CONFIG_PASSPHRASE_FILE$"},
		{reason: "a wrong one, and the right one is not known", shell: new("work"), own: "another", want: "Set PULUMI_CONFIG_PASSPHRASE to the one that was set then. If it is lost, aoai stack reset dev"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			project, dir := saltedProject(t, c.own)
			withoutPassphrase(t)
			for name, value := range map[string]*string{passphraseVariable: c.shell, passphraseFileVariable: c.file} {
				if value == nil {
					continue
				}
				text := *value
				if name == passphraseFileVariable {
					text = filepath.Join(project, "work-passphrase")
					require.NoError(t, os.WriteFile(text, []byte(*value), 0o600))
				}
				t.Setenv(name, text)
			}
			_, err := prepareStack(t.Context(), project, dir, "dev", "")
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			var wrong *WrongPassphraseError
			require.ErrorAs(t, err, &wrong)
			require.Regexp(t, c.want, err.Error())
			require.NotContains(t, err.Error(), "work\"", "a passphrase is told")
		})
	}
}

// withoutPassphrase takes the shell's passphrase away until the end of a test.
func withoutPassphrase(t *testing.T) {
	t.Helper()
	for _, name := range []string{passphraseVariable, passphraseFileVariable} {
		t.Setenv(name, "") // puts the old value back
		require.NoError(t, os.Unsetenv(name))
	}
}

// saltedProject is a project with a stack that has a salt, and a sandbox with a passphrase.
func saltedProject(t *testing.T, own string) (project, dir string) {
	t.Helper()
	project, dir = t.TempDir(), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(project, "Pulumi.dev.yaml"), []byte("encryptionsalt: "+salted+"\nconfig: {}\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "passphrase"), []byte(own), 0o600))
	return project, dir
}

// Where the sandbox's own passphrase does not fit, a failed run says so beside the CLI's own
// words.
func TestPassphraseOfTheSandbox(t *testing.T) {
	withoutPassphrase(t)
	for own, explained := range map[string]bool{"the stack's": false, "another": true} {
		project, dir := saltedProject(t, own)
		prepared, err := prepareStack(t.Context(), project, dir, "dev", "")
		require.NoError(t, err)
		engine := &Engine{options: Options{Dir: dir}, stack: prepared}
		err = engine.explained(t.Context(), &ExitError{Code: 255})
		var exit *ExitError
		require.ErrorAs(t, err, &exit)
		var wrong *WrongPassphraseError
		if !explained {
			require.NotErrorAs(t, err, &wrong)
			continue
		}
		require.ErrorAs(t, err, &wrong)
		require.ErrorContains(t, err, "the passphrase in "+prepared.passphraseFile+" is not the one that stack dev was made with")
		require.ErrorContains(t, err, "aoai stack reset dev")
		require.NotErrorAs(t, engine.explained(t.Context(), &ExitError{Code: ExitUnexpectedDrift}), &wrong, "drift is no failure")
	}
}

// A file that cannot be read is named, with its variable.
func TestPassphraseFileThatIsMissing(t *testing.T) {
	withoutPassphrase(t)
	t.Setenv(passphraseFileVariable, filepath.Join(t.TempDir(), "none"))
	project, dir := saltedProject(t, "any")
	_, err := prepareStack(t.Context(), project, dir, "dev", "")
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "that PULUMI_CONFIG_PASSPHRASE_FILE names")
	require.ErrorContains(t, err, "correct the variable, or unset it")
}
