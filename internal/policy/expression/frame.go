package expression

import (
	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// frame holds the variables of one call of a function.
type frame struct {
	env *library.Env
	// call is what members without type arguments are called with.
	call  *library.Call
	slots []any
	// words hold the variables that need no box.
	words []int64
	// arguments is a stack: members do not keep what they are given.
	arguments []any
	result    any
	// caught is what an empty throw throws again.
	caught *dotnet.Exception

	first [4]any
}

func newFrame(call *library.Call, slots, words int) *frame {
	f := &frame{env: call.Env, call: call}
	f.arguments = f.first[:0]
	if slots > 0 {
		f.slots = make([]any, slots)
	}
	if words > 0 {
		f.words = make([]int64, words)
	}
	return f
}

// push makes room for a member's arguments. Who pushes cuts f.arguments to its length from before.
func (f *frame) push(n int) []any {
	top := len(f.arguments)
	if top+n > cap(f.arguments) {
		// Arguments that are in use stay where they are.
		f.arguments = make([]any, top, 2*(top+n))
	}
	f.arguments = f.arguments[:top+n]
	return f.arguments[top : top+n : top+n]
}

// callOf is what a member is called with that has these type arguments.
func (f *frame) callOf(types []*library.Type) *library.Call {
	if types == nil {
		return f.call
	}
	return &library.Call{Env: f.env, Library: f.call.Library, Types: types}
}
