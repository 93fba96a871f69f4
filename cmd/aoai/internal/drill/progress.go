package drill

import (
	"context"
	"fmt"
	"time"
)

// Progress is how far a drill has come.
type Progress struct {
	// Seconds are those since the beginning, of Of in all.
	Seconds, Of int
	// Requests are all that have ended, Failed those without a good answer.
	Requests, Failed int
	// Note is that of the step which has just begun, "" between steps.
	Note string
}

// String is one line for people.
func (p Progress) String() string {
	text := fmt.Sprintf("%d of %d s: %d requests, %d failed", p.Seconds, p.Of, p.Requests, p.Failed)
	if p.Note != "" {
		text += "; now: " + p.Note
	}
	return text
}

// tellEvery is how often progress is told between steps.
const tellEvery = 10 * time.Second

// watch tells of progress until the load ends.
func (r *runner) watch(ctx context.Context) {
	for at := tellEvery; at < r.script.duration(); at += tellEvery {
		if r.until(ctx, at) != nil {
			return
		}
		if !r.begins(at) {
			r.tell("")
		}
	}
}

// begins reports whether a step begins at a time: it is told of then.
func (r *runner) begins(at time.Duration) bool {
	for _, step := range r.script.Steps {
		if time.Duration(step.AtSeconds)*time.Second == at {
			return true
		}
	}
	return false
}

func (r *runner) tell(note string) {
	if r.target.Progress == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.target.Progress(Progress{
		Seconds: int(time.Since(r.began).Seconds()), Of: r.script.DurationSeconds, Requests: len(r.samples), Failed: r.failures, Note: note,
	})
}
