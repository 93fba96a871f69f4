package engine

import "testing"

func TestFailures(t *testing.T) {
	for _, c := range []struct{ reason, plan, want string }{
		{
			"errors, and no plan around them",
			`{"steps":[],"diagnostics":[{"message":"error: it is wrong\n\n","severity":"error"},{"message":"so","severity":"info"},{"message":"error: and this","severity":"error"}]}`,
			"error: it is wrong\nerror: and this\n",
		},
		{"a plan that says nothing", `{"steps":[]}`, `{"steps":[]}`},
		{"what is no plan", "error: no stack", "error: no stack"},
	} {
		if got := failures([]byte(c.plan)); got != c.want {
			t.Errorf("%s: %q", c.reason, got)
		}
	}
}
