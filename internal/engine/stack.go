package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"go.yaml.in/yaml/v3"
)

// stack is what the CLI needs to work on one stack.
type stack struct {
	name string
	// file is the copy of the stack's configuration that the CLI may write into.
	file string
	// passphraseFile decrypts the stack's secrets; empty where the caller's
	// environment has a passphrase.
	passphraseFile string
}

var stackName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,100}$`)

// CheckStackName refuses what Pulumi does not take for a stack's name.
func CheckStackName(name string) error {
	if !stackName.MatchString(name) {
		return fmt.Errorf("%q is not a stack name; allowed are letters, digits, underscores, dots and hyphens", name)
	}
	return nil
}

// prepareStack copies the stack's file into the sandbox's folder. configFile is
// empty for the project's own Pulumi.<stack>.yaml.
func prepareStack(ctx context.Context, project, dir, name, configFile string) (stack, error) {
	if err := CheckStackName(name); err != nil {
		return stack{}, err
	}
	if configFile == "" {
		configFile = filepath.Join(project, "Pulumi."+name+".yaml")
	}
	for _, folder := range []string{"stacks", "state", "pulumi"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o700); err != nil {
			return stack{}, fmt.Errorf("making the sandbox's folder: %w", err)
		}
	}
	prepared := stack{name: name, file: filepath.Join(dir, "stacks", "Pulumi."+name+".yaml")}
	content, err := os.ReadFile(configFile)
	if err != nil {
		return stack{}, fmt.Errorf("reading the stack's configuration: %w", err)
	}
	if content, err = withSalt(content, prepared.file); err != nil {
		return stack{}, fmt.Errorf("reading the stack's configuration %s: %w", configFile, err)
	}
	//nolint:gosec // the name is checked above, the folder is the user's choice
	if err := os.WriteFile(prepared.file, content, 0o600); err != nil {
		return stack{}, fmt.Errorf("copying the stack's configuration: %w", err)
	}
	if err := prepared.checkShellPassphrase(ctx, dir); err != nil {
		return stack{}, err
	}
	prepared.passphraseFile, err = passphraseFor(dir)
	return prepared, err
}

// withSalt adds to a stack file without encryption settings the salt that the
// CLI put into the earlier copy, so that the stack's key stays the same.
func withSalt(content []byte, earlier string) ([]byte, error) {
	type settings struct {
		Salt     string `yaml:"encryptionsalt"`
		Provider string `yaml:"secretsprovider"`
	}
	var own, before settings
	if err := yaml.Unmarshal(content, &own); err != nil {
		return nil, err
	}
	if own.Salt != "" || own.Provider != "" {
		return content, nil
	}
	raw, err := os.ReadFile(earlier)
	if errors.Is(err, os.ErrNotExist) {
		return content, nil
	}
	if err != nil {
		return nil, err
	}
	if err := yaml.Unmarshal(raw, &before); err != nil || before.Salt == "" {
		return content, nil //nolint:nilerr // a damaged copy is no loss: the CLI makes a new salt
	}
	return fmt.Appendf(content, "\nencryptionsalt: %s\n", before.Salt), nil
}

// passphraseFor is the file with the sandbox's own passphrase, "" where the caller's
// environment has one.
func passphraseFor(dir string) (string, error) {
	if _, variable, err := shellPassphrase(); err != nil || variable != "" {
		return "", err
	}
	return passphrase(dir)
}

// passphrase is the file with the sandbox's own passphrase, made once.
func passphrase(dir string) (string, error) {
	file := filepath.Join(dir, "passphrase")
	if _, err := os.Stat(file); err == nil {
		return file, nil
	}
	// Written whole under another name and linked: of two that come first at a
	// time, one wins, and both use its passphrase.
	whole, err := os.CreateTemp(dir, "passphrase-*")
	if err != nil {
		return "", fmt.Errorf("writing the sandbox's passphrase: %w", err)
	}
	defer func() { _ = os.Remove(whole.Name()) }()
	_, err = whole.WriteString(rand.Text())
	if err := errors.Join(err, whole.Close()); err != nil {
		return "", fmt.Errorf("writing the sandbox's passphrase: %w", err)
	}
	if err := os.Link(whole.Name(), file); err != nil && !errors.Is(err, os.ErrExist) {
		return "", fmt.Errorf("publishing the sandbox's passphrase: %w", err)
	}
	return file, nil
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("reading %s: %w", from, err)
	}
	//nolint:gosec // the folder is the user's choice
	if err := os.WriteFile(to, content, 0o600); err != nil {
		return fmt.Errorf("copying %s: %w", from, err)
	}
	return nil
}
