package expression

import (
	"sync"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// frame holds the variables of one call of a function.
type frame struct {
	env     *library.Env
	library *library.Library
	// call is what members without type arguments are called with, once one was.
	call  *library.Call
	slots []any
	// words hold the variables that need no box.
	words []int64
	// arguments is a stack: members do not keep what they are given.
	arguments []any
	result    any
	// caught is what an empty throw throws again.
	caught *dotnet.Exception
}

// push makes room for a member's arguments. Who pushes cuts f.arguments to its length from before.
func (f *frame) push(n int) []any {
	top := len(f.arguments)
	if top+n > cap(f.arguments) {
		// Arguments that are in use stay where they are.
		f.arguments = make([]any, top, 2*(top+n)+2)
	}
	f.arguments = f.arguments[:top+n]
	return f.arguments[top : top+n : top+n]
}

// callOf is what a member is called with that has these type arguments.
func (f *frame) callOf(types []*library.Type) *library.Call {
	if types != nil {
		return &library.Call{Env: f.env, Library: f.library, Types: types}
	}
	if f.call == nil {
		f.call = &library.Call{Env: f.env, Library: f.library}
	}
	return f.call
}

// frames keeps frames that are not in use, for the next calls of functions.
type frames struct{ pool sync.Pool }

// The most that a frame in the pool may hold.
const (
	mostSlots     = 64
	mostArguments = 64
)

// take is a frame with room for the variables of a function.
func (p *frames) take(env *library.Env, l *library.Library, of *function) *frame {
	f, ok := p.pool.Get().(*frame)
	if !ok {
		f = &frame{}
	}
	f.env, f.library = env, l
	if cap(f.slots) < of.slots {
		f.slots = make([]any, of.slots)
	}
	if cap(f.words) < of.words {
		f.words = make([]int64, of.words)
	}
	f.slots, f.words = f.slots[:of.slots], f.words[:of.words]
	return f
}

// give takes back a frame of a function that has ended, and forgets what it held.
func (p *frames) give(f *frame, of *function) {
	if of.keepsFrame || of.slots > mostSlots || of.words > mostSlots || cap(f.arguments) > mostArguments {
		return
	}
	clear(f.slots)
	clear(f.words)
	clear(f.arguments[:cap(f.arguments)])
	*f = frame{slots: f.slots, words: f.words, arguments: f.arguments[:0]}
	p.pool.Put(f)
}
