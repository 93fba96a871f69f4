package engine

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// What a preview would create and Azure has is taken into the state, with the
// components that it lies in and what it waits for, as far as the state has that.
func TestAdoptExisting(t *testing.T) {
	preview := `{"steps":[
	  {"op":"same","newState":{"urn":"stack"}},
	  {"op":"create","newState":{"urn":"component","type":"c","custom":false,"parent":"stack"}},
	  {"op":"create","newState":{"urn":"there","type":"t","custom":true,"parent":"component","provider":"p::id",
	    "inputs":{"name":"x","key":"[secret]","scope":"04da6b54-80e4-46f7-96ec-b56ff0331ba9","inner":{"a":"b","key":"[secret]"}},
	    "dependencies":["not there","stack"],"propertyDependencies":{"name":["not there"]},"deletedWith":"not there"}},
	  {"op":"create","newState":{"urn":"not there","type":"t","custom":true,"inputs":{"name":"y"}}},
	  {"op":"create","newState":{"urn":"orphan","type":"t","custom":true,"parent":"not there","inputs":{"name":"x"}}},
	  {"op":"create","newState":{"urn":"of no provider","type":"t","custom":true,"provider":"q::id","inputs":{"name":"x"}}},
	  {"op":"create","newState":{"urn":"later","type":"t","custom":true,"inputs":{"name":"x"},"dependencies":["there"],"deletedWith":"there"}}]}`
	state := `{"deployment":{"resources":[{"urn":"stack"},{"urn":"p"}]}}`
	find := func(_ context.Context, pending PendingCreate) (string, error) {
		if pending.Inputs["name"] == "x" {
			return "/id/of/x", nil
		}
		return "", nil
	}
	recovery := Recovery{Adopted: map[string]string{}}
	raw, err := adoptExisting(t.Context(), []byte(preview), []byte(state), find, &recovery)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"there": "/id/of/x", "later": "/id/of/x"}, recovery.Adopted); diff != "" {
		t.Errorf("adopted (-want +got):\n%s", diff)
	}
	got, err := readExported(raw)
	if err != nil {
		t.Fatal(err)
	}
	inputs := map[string]any{"name": "x", "inner": map[string]any{"a": "b"}}
	named := map[string]any{"name": "x"}
	want := []apitype.ResourceV3{
		{URN: "stack"},
		{URN: "p"},
		{URN: "component", Type: "c", Parent: "stack"},
		{
			URN: "there", Type: "t", Custom: true, Parent: "component", Provider: "p::id", ID: "/id/of/x", Inputs: inputs, Outputs: inputs,
			Dependencies: []resource.URN{"stack"}, PropertyDependencies: map[resource.PropertyKey][]resource.URN{"name": {}},
		},
		{
			URN: "later", Type: "t", Custom: true, ID: "/id/of/x", Inputs: named, Outputs: named,
			Dependencies: []resource.URN{"there"}, DeletedWith: "there",
		},
	}
	if diff := cmp.Diff(want, got.Deployment.Resources); diff != "" {
		t.Errorf("the state (-want +got):\n%s", diff)
	}

	// What was adopted before and is wanted again is not adopted for ever.
	if _, err := adoptExisting(t.Context(), []byte(preview), []byte(state), find, &recovery); err != nil || len(recovery.Adopted) != 2 {
		t.Errorf("again: %v, %v", recovery.Adopted, err)
	}
}
