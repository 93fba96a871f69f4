package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// allowed are licences that a project under the MIT licence may be distributed with; what is
// new has to be read first. MPL-2.0 holds for the files of its module alone, which are not
// changed here.
var allowed = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "Unicode-DFS-2016", "Unlicense"}

// stated are licences of modules without a licence file, from their READMEs.
var stated = map[string]string{"github.com/mattn/go-localereader": "MIT"}

// systems are those that a release is built for: each has modules of its own.
var systems = []string{"linux", "darwin", "windows"}

// module is one that code comes from.
type module struct{ Path, Version, Dir string }

// modules are those of the packages that the command and the program consist of, without
// this project's own.
func modules(ctx context.Context, project string) ([]module, error) {
	found := map[string]module{}
	for _, system := range systems {
		command := exec.CommandContext(ctx, "go", "list", "-deps", "-json=Module", "./cmd/aoai", ".")
		command.Dir, command.Env = project, append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		output, err := command.Output()
		if err != nil {
			return nil, fmt.Errorf("listing the packages for %s: %w", system, err)
		}
		decoder := json.NewDecoder(bytes.NewReader(output))
		for {
			var listed struct{ Module *module }
			if err := decoder.Decode(&listed); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, fmt.Errorf("reading the packages for %s: %w", system, err)
			}
			if listed.Module != nil && listed.Module.Version != "" {
				found[listed.Module.Path] = *listed.Module
			}
		}
	}
	var sorted []module
	for _, each := range found {
		sorted = append(sorted, each)
	}
	slices.SortFunc(sorted, func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	return sorted, nil
}

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense)([.-].*)?$`)

// licenceOf names the licences of a module.
func licenceOf(used module) (string, error) {
	if named, told := stated[used.Path]; told {
		return named, nil
	}
	named, err := licence(used.Dir)
	if err != nil {
		return "", fmt.Errorf("%s: %w", used.Path, err)
	}
	return named, nil
}

// licence names the licences by the texts in a module's topmost folder.
func licence(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", fmt.Errorf("reading a module: %w", err)
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() || !licenceFile.MatchString(entry.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return "", fmt.Errorf("reading a licence: %w", err)
		}
		for _, match := range licensecheck.Scan(text).Match {
			if !match.IsURL && !slices.Contains(names, match.ID) {
				names = append(names, match.ID)
			}
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", "), nil
}

func render(used []module) (string, error) {
	var b strings.Builder
	b.WriteString("# Third-party code\n\nThe modules that `aoai` and the Pulumi program are built from, with their licences. Made by `go run ./docs/licences`; the data in\n" +
		"[internal/arm/data](internal/arm/data/README.md) carries its own licences. Modules that only tests use are not in the list.\n\n| module | version | licence |\n|---|---|---|\n")
	for _, each := range used {
		named, err := licenceOf(each)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", each.Path, each.Version, named)
	}
	return b.String(), nil
}
