package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
)

// folders hold the types of the configuration.
var folders = []string{"stacks", "guardrails", "components/apim", "components/appgateway", "components/frontdoor", "components/monitor", "components/openai", "components/private", "wiring"}

// comments are the doc comments of fields by package path, type and field.
type comments map[string]string

func commentKey(of reflect.Type, field string) string {
	return of.PkgPath() + "." + of.Name() + "." + field
}

func readComments(project string) (comments, error) {
	found := comments{}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(project, folder, "*.go"))
		if err != nil {
			return nil, fmt.Errorf("listing the types' sources: %w", err)
		}
		for _, path := range files {
			source, err := os.ReadFile(path)
			if err != nil {
				return nil, fmt.Errorf("reading a type's source: %w", err)
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), path, source, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				return nil, fmt.Errorf("parsing a type's source: %w", err)
			}
			found.add("github.com/aoai-gateway/aoai-gateway/"+folder, parsed)
		}
	}
	return found, nil
}

func (c comments) add(pkg string, parsed *ast.File) {
	ast.Inspect(parsed, func(node ast.Node) bool {
		spec, isType := node.(*ast.TypeSpec)
		if !isType {
			return true
		}
		structure, isStruct := spec.Type.(*ast.StructType)
		if !isStruct {
			return true
		}
		for _, field := range structure.Fields.List {
			for _, name := range field.Names {
				c[pkg+"."+spec.Name.Name+"."+name.Name] = strings.Join(strings.Fields(field.Doc.Text()), " ")
			}
		}
		return true
	})
}
