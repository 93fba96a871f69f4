package engine

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"go.yaml.in/yaml/v3"
)

//nolint:gosec // names of variables, and no secrets
const (
	passphraseVariable     = "PULUMI_CONFIG_PASSPHRASE"
	passphraseFileVariable = "PULUMI_CONFIG_PASSPHRASE_FILE"
)

// shellPassphrase is the passphrase that Pulumi would take from the caller's environment, and
// the variable that holds it; "" for none. Pulumi takes an empty passphrase, too, but no empty
// name of a file.
func shellPassphrase() (phrase, variable string, err error) {
	if phrase, isSet := os.LookupEnv(passphraseVariable); isSet {
		return phrase, passphraseVariable, nil
	}
	file := os.Getenv(passphraseFileVariable)
	if file == "" {
		return "", "", nil
	}
	raw, err := os.ReadFile(file) //nolint:gosec // the user's own variable, which Pulumi reads, too
	if err != nil {
		return "", "", fmt.Errorf("reading the passphrase that %s names: %w; correct the variable, or unset it", passphraseFileVariable, err)
	}
	return strings.TrimSpace(string(raw)), passphraseFileVariable, nil
}

// WrongPassphraseError says that the passphrase at hand is not the one that a stack's secrets
// were encrypted with.
type WrongPassphraseError struct {
	Stack string
	// Variable holds the passphrase at hand, in the caller's shell; "" for the sandbox's own.
	Variable string
	// Own says that the sandbox's own passphrase, in File, is the right one.
	Own  bool
	File string
}

func (e *WrongPassphraseError) Error() string {
	text := fmt.Sprintf("the passphrase in %s is not the one that stack %s was made with, so that Pulumi cannot read the stack's secrets; nothing was changed. ", e.File, e.Stack)
	if e.Variable != "" {
		text = fmt.Sprintf("%s in this shell is not the passphrase that stack %s was made with, so that Pulumi cannot read the stack's secrets; nothing was changed. ", e.Variable, e.Stack)
	}
	if e.Own {
		return text + fmt.Sprintf("The stack was made with the sandbox's own passphrase (%s), which is taken where the shell has none: unset %s", e.File, e.Variable)
	}
	return text + fmt.Sprintf("Set %s to the one that was set then. If it is lost, aoai stack reset %s deletes the stack from the sandbox, and aoai up makes it anew", passphraseVariable, e.Stack)
}

// checkShellPassphrase refuses a passphrase of the caller's shell that is not the stack's.
func (s stack) checkShellPassphrase(ctx context.Context, dir string) error {
	phrase, variable, err := shellPassphrase()
	if err != nil || variable == "" || s.opensWith(ctx, phrase) {
		return err
	}
	return &WrongPassphraseError{Stack: s.name, Variable: variable, File: filepath.Join(dir, "passphrase"), Own: s.opensWith(ctx, ownPassphrase(dir))}
}

// checkOwnPassphrase explains a failed run of a stack whose passphrase is the sandbox's. The
// check takes a while by design, so that it follows a failure and does not precede each run.
func (s stack) checkOwnPassphrase(ctx context.Context, dir string) error {
	if s.passphraseFile == "" || s.opensWith(ctx, ownPassphrase(dir)) {
		return nil
	}
	return &WrongPassphraseError{Stack: s.name, File: s.passphraseFile}
}

func ownPassphrase(dir string) string {
	raw, err := os.ReadFile(filepath.Join(dir, "passphrase"))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(raw))
}

// opensWith reports whether a passphrase is the one of the stack's salt. A stack without a
// salt that can be read has none yet, or another secrets provider: Pulumi judges then.
func (s stack) opensWith(ctx context.Context, phrase string) bool {
	raw, err := os.ReadFile(s.file)
	if err != nil {
		return true
	}
	var settings struct {
		Salt string `yaml:"encryptionsalt"`
	}
	if yaml.Unmarshal(raw, &settings) != nil {
		return true
	}
	// Pulumi's form: v1:<salt>:<the word pulumi, encrypted>.
	version, rest, _ := strings.Cut(settings.Salt, ":")
	encodedSalt, probe, whole := strings.Cut(rest, ":")
	salt, err := base64.StdEncoding.DecodeString(encodedSalt)
	if version != "v1" || !whole || err != nil {
		return true
	}
	word, err := config.NewSymmetricCrypterFromPassphrase(phrase, salt).DecryptValue(ctx, probe)
	return err == nil && word == "pulumi"
}

// explained adds to a failed run of the CLI why its passphrase does not fit.
func (e *Engine) explained(ctx context.Context, exit *ExitError) error {
	if e.own || exit.Code == ExitNoStack || exit.Code == ExitUnexpectedDrift {
		return exit
	}
	if wrong := e.stack.checkOwnPassphrase(ctx, e.options.Dir); wrong != nil {
		return errors.Join(exit, wrong)
	}
	return exit
}
