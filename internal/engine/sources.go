package engine

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

const (
	// mostSources and mostSourceBytes bound what is read to see whether a module was changed.
	mostSources     = 10_000
	mostSourceBytes = 128 << 20
	// largestSource is a file's size up to which its content counts. Larger ones, which are
	// programs that were built into the folder, count by their size and time.
	largestSource = 8 << 20
)

// errReadsMore says that a build may read what does not lie in its module's folder.
var errReadsMore = errors.New("the build may read more than its module's folder")

// sourcesOf is a sum of all that a build of a Go module reads: every file in its folder but
// tests and what lies in hidden folders at its top, the go command, and its settings. It fails
// with errReadsMore where that may not be all.
func sourcesOf(module string) (string, error) {
	module, err := filepath.Abs(module)
	if err != nil {
		return "", fmt.Errorf("resolving the module's folder: %w", err)
	}
	sum := sha256.New()
	if err := addGo(sum, module); err != nil {
		return "", err
	}
	files, err := filesOf(module)
	if err != nil {
		return "", fmt.Errorf("looking for the sources in %s: %w", module, err)
	}
	for _, each := range files {
		if err := each.add(sum, module); err != nil {
			return "", fmt.Errorf("reading the sources in %s: %w", module, err)
		}
	}
	return fmt.Sprintf("%x", sum.Sum(nil)), nil
}

// source is a file that a build may read.
type source struct {
	// path is below the module's folder.
	path string
	info fs.FileInfo
}

func filesOf(module string) ([]source, error) {
	var files []source
	var bytes int64
	err := fs.WalkDir(os.DirFS(module), ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != "." && path[0] == '.':
			return fs.SkipDir
		case entry.IsDir() || strings.HasSuffix(path, "_test.go"):
			return nil
		case !entry.Type().IsRegular():
			return errReadsMore
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if info.Size() <= largestSource {
			bytes += info.Size()
		}
		if files = append(files, source{path, info}); len(files) > mostSources || bytes > mostSourceBytes {
			return errReadsMore
		}
		return nil
	})
	return files, err
}

func (s source) add(sum hash.Hash, module string) error {
	if s.info.Size() > largestSource {
		_, _ = fmt.Fprintf(sum, "%q %d %d\n", s.path, s.info.Size(), s.info.ModTime().UnixNano())
		return nil
	}
	content, err := os.ReadFile(filepath.Join(module, s.path))
	_, _ = fmt.Fprintf(sum, "%q %d\n", s.path, len(content))
	_, _ = sum.Write(content)
	return err
}

// addGo adds the go command and its settings. Modules elsewhere come in by flags, by a
// workspace or by replacements: what they read is not looked at.
func addGo(sum hash.Hash, module string) error {
	command, err := exec.LookPath("go")
	if err != nil {
		return fmt.Errorf("looking for go: %w", err)
	}
	info, err := os.Stat(command)
	if err != nil {
		return fmt.Errorf("looking at %s: %w", command, err)
	}
	_, _ = fmt.Fprintf(sum, "%s %d %d\n", command, info.Size(), info.ModTime().UnixNano())
	for _, variable := range os.Environ() {
		if strings.HasPrefix(variable, "GO") || strings.HasPrefix(variable, "CGO_") {
			_, _ = fmt.Fprintf(sum, "%q\n", variable)
		}
	}
	settings, err := goSettings()
	if err != nil {
		return err
	}
	_, _ = sum.Write(settings)
	if flagsNameFiles(string(settings)) || inWorkspace(module, string(settings)) {
		return errReadsMore
	}
	return replacesNothingOutside(filepath.Join(module, "go.mod"))
}

// goSettings is what `go env -w` has written.
func goSettings() ([]byte, error) {
	file := os.Getenv("GOENV")
	if file == "" {
		dir, err := os.UserConfigDir()
		if err != nil {
			return nil, nil //nolint:nilerr // go has no settings then, either
		}
		file = filepath.Join(dir, "go", "env")
	}
	raw, err := os.ReadFile(file) //nolint:gosec // the user's own settings, which go reads, too
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading go's settings: %w", err)
	}
	return raw, nil
}

// harmlessFlags name no files beyond the module's, alone or with a value.
var harmlessFlags = []string{"-buildvcs", "-mod", "-race", "-tags", "-trimpath", "-v"}

// flagsNameFiles reports whether the flags that hold for every build may name other files.
func flagsNameFiles(settings string) bool {
	flags, set := os.LookupEnv("GOFLAGS")
	for line := range strings.Lines(settings) {
		if value, found := strings.CutPrefix(line, "GOFLAGS="); found && !set {
			flags = value
		}
	}
	return slices.ContainsFunc(strings.Fields(flags), func(flag string) bool {
		name, _, _ := strings.Cut(flag, "=")
		return !slices.Contains(harmlessFlags, name)
	})
}

// inWorkspace reports whether a go.work may be in force.
func inWorkspace(module, settings string) bool {
	if os.Getenv("GOWORK") == "off" {
		return false
	}
	if os.Getenv("GOWORK") != "" || strings.Contains(settings, "GOWORK=") {
		return true
	}
	for dir := module; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.work")); !errors.Is(err, fs.ErrNotExist) {
			return true
		}
		if dir == filepath.Dir(dir) {
			return false
		}
	}
}

func replacesNothingOutside(file string) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading the module: %w", err)
	}
	parsed, err := modfile.Parse(file, raw, nil)
	if err != nil {
		return fmt.Errorf("reading the module: %w", err)
	}
	for _, each := range parsed.Replace {
		if each.New.Version == "" && !filepath.IsLocal(each.New.Path) {
			return errReadsMore
		}
	}
	return nil
}

// stamp says what a program was built from, and which file it is.
type stamp struct {
	Sources string `json:"sources"`
	Size    int64  `json:"size"`
	Time    int64  `json:"time"`
}

func stampFile(program string) string { return program + ".sources" }

func stampOf(program, sources string) (stamp, error) {
	info, err := os.Stat(program)
	if err != nil {
		return stamp{}, fmt.Errorf("looking at a built program: %w", err)
	}
	return stamp{Sources: sources, Size: info.Size(), Time: info.ModTime().UnixNano()}, nil
}

// isBuilt reports whether a program is the one that was built from sources.
func isBuilt(program, sources string) bool {
	raw, err := os.ReadFile(stampFile(program))
	if err != nil {
		return false
	}
	var kept stamp
	if json.Unmarshal(raw, &kept) != nil {
		return false
	}
	now, err := stampOf(program, sources)
	return err == nil && now == kept
}

// keepBuilt notes what a program was built from.
func keepBuilt(program, sources string) error {
	now, err := stampOf(program, sources)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(now)
	if err != nil {
		return fmt.Errorf("encoding what %s was built from: %w", program, err)
	}
	// Written whole under another name: two runs may build at a time.
	whole, err := os.CreateTemp(filepath.Dir(program), filepath.Base(program)+"-*")
	if err != nil {
		return fmt.Errorf("noting what %s was built from: %w", program, err)
	}
	_, err = whole.Write(raw)
	if err = errors.Join(err, whole.Close()); err == nil {
		err = os.Rename(whole.Name(), stampFile(program))
	}
	if err != nil {
		return fmt.Errorf("noting what %s was built from: %w", program, errors.Join(err, os.Remove(whole.Name())))
	}
	return nil
}
