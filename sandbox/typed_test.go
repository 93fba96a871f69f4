package sandbox

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// untyped are the packages that handle documents of any shape, with the reason.
var untyped = map[string]string{
	"azure":       "the control plane keeps resources of any type as they were written",
	"azurenative": "Pulumi's properties, of any type of resource",
	"deployed":    "the one reader of Resource Manager's JSON",
	"lab":         "writes Resource Manager's JSON, as its clients do",
	"sandboxtest": "outputs of any stack",
}

// The data plane hands on types: what is looked up by a text can be misspelt, and has no type.
func TestTheDataPlaneIsTyped(t *testing.T) {
	t.Parallel()
	files := token.NewFileSet()
	seen := 0
	require.NoError(t, filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (untyped[path] != "" || entry.Name() == "testdata"):
			return filepath.SkipDir
		case entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		parsed, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		seen++
		ast.Inspect(parsed, func(node ast.Node) bool {
			if m, isMap := node.(*ast.MapType); isMap && isName(m.Key, "string") && isAnything(m.Value) {
				t.Errorf("%s has a map of anything by texts: give it a struct, or json.RawMessage where a caller may write what he likes", files.Position(m.Pos()))
			}
			return true
		})
		return nil
	}))
	require.Greater(t, seen, 100, "the files of the data plane were found")
}

func isAnything(e ast.Expr) bool {
	empty, isInterface := e.(*ast.InterfaceType)
	return isName(e, "any") || (isInterface && empty.Methods.NumFields() == 0)
}

func isName(e ast.Expr, name string) bool {
	identifier, is := e.(*ast.Ident)
	return is && identifier.Name == name
}
