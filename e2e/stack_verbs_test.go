package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A stack is listed with its pattern, is not removed while it has resources, and is gone with
// all that it had in Azure after a reset; what others have stays.
func TestStackVerbs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, example("front-door/defaults"))
	stack := func(code int, args ...string) run {
		got := execute(t, root, nil, binary, append([]string{"stack"}, append(args, "--project", root, "--sandbox", w.dir)...)...)
		require.Equal(t, code, got.code, "%s", got)
		return got
	}
	require.Contains(t, stack(0, "ls").stdout, "no stacks")
	before := w.must(0, "status", "--seed", w.seed).stdout
	w.must(0, "up")
	listed := stack(0, "ls").stdout
	require.Regexp(t, `(?m)^test +front-door +\S+/front-door/defaults\.yaml +\d\d `, listed)
	require.Contains(t, stack(1, "rm", "test").stderr, "aoai destroy --stack test")
	require.Contains(t, stack(1, "rm", "tset").stderr, `the sandbox has no stack "tset"; it has test`)
	require.Contains(t, stack(1, "reset", "test").stderr, "nothing was changed; answer y, or give --yes")
	require.Equal(t, listed, stack(0, "ls").stdout)

	stack(0, "reset", "test", "--yes")
	require.Contains(t, stack(0, "ls").stdout, "no stacks")
	require.Equal(t, before, w.must(0, "status").stdout, "the sandbox has what it had before the stack, and holds no names")

	w.must(0, "up")
	w.must(0, "destroy")
	stack(0, "rm", "test")
	require.Contains(t, stack(0, "ls").stdout, "no stacks")
}
