package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const planHead = `{"steps":[
  {"op":"same","urn":"urn:pulumi:s::p::pulumi:pulumi:Stack::p-s"},
  {"op":"refresh","urn":"urn:pulumi:s::p::azure-native:cdn:AFDOrigin::a","oldState":{},"newState":{}},`

func TestReadChanges(t *testing.T) {
	cases := []struct {
		reason, steps string
		want          []change
	}{
		{"nothing to do", `{"op":"same","urn":"urn:pulumi:s::p::t:m:T::x"}`, []change{}},
		{
			"two properties, one of them in a list",
			`{"op":"update","urn":"urn:pulumi:s::p::azure-native:cdn:AFDOrigin::a","diffReasons":["weight","rules[1].name"],
			  "oldState":{"id":"/x","inputs":{"weight":1,"rules":[{},{"name":"old"}]}},
			  "newState":{"inputs":{"weight":500,"rules":[{},{"name":"new"}]}}}`,
			[]change{
				{Resource: "a", Type: "azure-native:cdn:AFDOrigin", ID: "/x", Property: "rules[1].name", Wanted: "new", Found: "old", Operation: "update"},
				{Resource: "a", Type: "azure-native:cdn:AFDOrigin", ID: "/x", Property: "weight", Wanted: 500.0, Found: 1.0, Operation: "update"},
			},
		},
		{
			"deleted in Azure: up would make it again",
			`{"op":"create","urn":"urn:pulumi:s::p::azure-native:cdn:Route::r","newState":{"inputs":{"x":1}}}`,
			[]change{{Resource: "r", Type: "azure-native:cdn:Route", Operation: "create"}},
		},
		{
			"a property that Azure lacks, and a path that leads nowhere",
			`{"op":"update","urn":"urn:pulumi:s::p::azure-native:cdn:Route::r","diffReasons":["tags.a","list[9]"],
			  "oldState":{"id":"/r","inputs":{"list":[]}},"newState":{"inputs":{"tags":{"a":"b"}}}}`,
			[]change{
				{Resource: "r", Type: "azure-native:cdn:Route", ID: "/r", Property: "list[9]", Operation: "update"},
				{Resource: "r", Type: "azure-native:cdn:Route", ID: "/r", Property: "tags.a", Wanted: "b", Operation: "update"},
			},
		},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			got, err := readChanges([]byte(planHead + c.steps + "]}"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
		})
	}
	if _, err := readChanges([]byte("error: no stack")); err == nil {
		t.Error("what is no plan was read as one")
	}
}

func TestPrintChanges(t *testing.T) {
	var report strings.Builder
	err := printChanges(&report, []change{
		{Resource: "gateway-sweden", Type: "azure-native:cdn/v20240901:AFDOrigin", Property: "weight", Wanted: 500.0, Found: 1.0, Operation: "update"},
		{Resource: "gateway", Type: "azure-native:cdn/v20240901:Route", Operation: "create"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `RESOURCE         TYPE        PROPERTY   IN THE STACK   IN AZURE   UP WOULD
gateway-sweden   AFDOrigin   weight     500            1          update
gateway          Route       -          -              -          create
`
	if diff := cmp.Diff(want, report.String()); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

func TestQuote(t *testing.T) {
	if got := quote(`it's $HOME`); got != `'it'\''s $HOME'` {
		t.Errorf("quoted as %s", got)
	}
}
