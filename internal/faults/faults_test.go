package faults

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMergePutsPathsBelow(t *testing.T) {
	var inner List
	inner.Add("sku", "is wrong")
	inner.Add("", "is empty")
	inner.Add("[0].name", "is missing")
	inner.AddError("ignored", nil)

	var outer List
	outer.Merge("accounts[1]", inner.Err())
	outer.Merge("tags", errors.New("broke"))
	outer.Merge("nothing", nil)

	var got []string
	for _, fault := range All(fmt.Errorf("while reading: %w", outer.Err())) {
		got = append(got, fault.Error())
	}
	// A wrapped list has lost its places: it counts as one fault.
	if len(got) != 1 {
		t.Errorf("a wrapped list is taken apart: %q", got)
	}
	got = nil
	for _, fault := range All(outer.Err()) {
		got = append(got, fault.Error())
	}
	want := []string{"accounts[1].sku: is wrong", "accounts[1]: is empty", "accounts[1][0].name: is missing", "tags: broke"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestErrIsNilWithoutFaults(t *testing.T) {
	var list List
	list.OneOf("a", "x", []string{"x", "y"})
	list.Between("b", 3, 1, 3, "s")
	if err := list.Err(); err != nil {
		t.Errorf("nothing is wrong, and yet: %v", err)
	}
}
