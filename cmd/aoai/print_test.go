package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/drift"
)

func TestPrintDrift(t *testing.T) {
	var told strings.Builder
	err := printDrift(&told, &drift.Report{Drift: []drift.Change{
		{Resource: "gateway-sweden", Type: "azure-native:cdn/v20240901:AFDOrigin", Property: "weight", Wanted: 500.0, Deployed: 500.0, Found: 1.0, Cause: drift.Outside, Operation: "update"},
		{Resource: "gateway", Type: "azure-native:cdn/v20240901:Route", Cause: drift.Outside, Likely: "somebody deleted it", Operation: "create"},
	}, Ignored: []drift.Ignored{{Resource: "a", Property: "b", Why: "c"}}})
	if err != nil {
		t.Fatal(err)
	}
	want := `RESOURCE         TYPE        PROPERTY   WANTED   IN AZURE   CAUSE             UP WOULD
gateway-sweden   AFDOrigin   weight     500      1          changed outside   update
gateway          Route       -          -        -          changed outside   create
likely: gateway: somebody deleted it
2 differences (1 without meaning left out; --json names them)
`
	if diff := cmp.Diff(want, told.String()); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

func TestQuote(t *testing.T) {
	if got := quote(`it's $HOME`); got != `'it'\''s $HOME'` {
		t.Errorf("quoted as %s", got)
	}
}
