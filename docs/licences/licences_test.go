package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The page lists what is built in today, and every licence lets this project pass it on.
func TestThirdPartyIsUpToDate(t *testing.T) {
	project := filepath.Join("..", "..")
	used, err := modules(t.Context(), project)
	if err != nil {
		t.Fatal(err)
	}
	if len(used) < 20 {
		t.Errorf("only %d modules are found", len(used))
	}
	want, err := render(used)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(project, page))
	if err != nil || string(got) != want {
		t.Errorf("%s is out of date (%v); run: go run ./docs/licences", page, err)
	}
	for _, each := range used {
		named, err := licenceOf(each)
		if err != nil {
			t.Error(err)
		}
		for _, name := range strings.Split(named, ", ") {
			if !slices.Contains(allowed, name) {
				t.Errorf("%s has the licence %q; read it before it joins %v", each.Path, name, allowed)
			}
		}
	}
}

func TestLicence(t *testing.T) {
	dir := t.TempDir()
	if named, err := licence(dir); err != nil || named != "" {
		t.Errorf("a module without a licence has %q, %v", named, err)
	}
	own, err := os.ReadFile(filepath.Join("..", "..", "LICENSE"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "LICENSE.txt"), own, 0o600); err != nil {
		t.Fatal(err)
	}
	if named, err := licence(dir); err != nil || named != "MIT" {
		t.Errorf("this project's own licence is %q, %v", named, err)
	}
}
