package expression_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/expression"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

func TestZZ(t *testing.T) {
	compiler := expression.NewCompiler(library.New())
	n, bad := 0, 0
	for _, c := range suite(t) {
		n++
		mark, got := evaluate(compiler, c.code)
		if mark == c.mark && (got == c.want || (mark == "!!" || mark == "??") && strings.Contains(got, c.want)) {
			continue
		}
		bad++
		fmt.Printf("%s %s\n   W %s %s\n   G %s %s\n", c.place, c.code, c.mark, c.want, mark, got)
	}
	fmt.Println(n, "cases", bad, "bad")
}
