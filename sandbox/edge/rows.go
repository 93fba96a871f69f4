package edge

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/telemetry"
)

// diagnosticsTable is where logs go whose diagnostic setting asks for no tables of their own;
// Front Door has no such choice.
const diagnosticsTable = "AzureDiagnostics"

// diagnostics are the columns that each row of that table has.
type diagnostics struct {
	telemetry.Columns
	Category         string `json:"Category"`
	ResourceProvider string `json:"ResourceProvider"`
	ResourceType     string `json:"ResourceType"`
	Resource         string `json:"Resource"`
}

func (v *visit) diagnostics(category string) diagnostics {
	return diagnostics{
		Columns:  telemetry.ColumnsOf(diagnosticsTable, v.profile.ID, time.Now()),
		Category: category, ResourceProvider: "MICROSOFT.CDN", ResourceType: "PROFILES", Resource: strings.ToUpper(v.profile.Name),
	}
}

// gatewayLog is a log of Application Gateways: category is what diagnostic settings call it, and
// table where its rows go if they want tables of their own.
type gatewayLog struct{ category, table string }

// row is one of the log, in the table that the gateway's settings want. Own has the columns that
// only this log has, with their names in the table of all behind `shared`.
func (l gatewayLog) row(c *deployed.ApplicationGateway, own any) telemetry.Row {
	if c.OwnTables {
		return ownRow{telemetry.ColumnsOf(l.table, c.ID, time.Now()), own}
	}
	return sharedRow{diagnostics{
		Columns:  telemetry.ColumnsOf(diagnosticsTable, c.ID, time.Now()),
		Category: l.category, ResourceProvider: "MICROSOFT.NETWORK", ResourceType: "APPLICATIONGATEWAYS", Resource: strings.ToUpper(c.Name),
	}, own}
}

// ownRow is a row in a log's own table.
type ownRow struct {
	telemetry.Columns
	own any
}

// MarshalJSON writes the columns of both.
func (r ownRow) MarshalJSON() ([]byte, error) { return joined(r.Columns, r.own) }

// sharedRow is a row in the table of all.
type sharedRow struct {
	diagnostics
	own any
}

// MarshalJSON writes the columns of both. A name that ends with _s is that of a text, whatever
// the column is elsewhere.
func (r sharedRow) MarshalJSON() ([]byte, error) {
	columns := map[string]json.RawMessage{}
	own := reflect.ValueOf(r.own)
	for field, value := range own.Fields() {
		name, isShared := field.Tag.Lookup("shared")
		if !isShared {
			name, _, _ = strings.Cut(field.Tag.Get("json"), ",")
		}
		if value.Kind() == reflect.Pointer {
			if value.IsNil() {
				continue
			}
			value = value.Elem()
		}
		written := value.Interface()
		if strings.HasSuffix(name, "_s") {
			written = fmt.Sprint(written)
		}
		encoded, err := json.Marshal(written)
		if err != nil {
			return nil, fmt.Errorf("writing the column %s: %w", name, err)
		}
		columns[name] = encoded
	}
	return joined(r.diagnostics, columns)
}

// joined is one object of two.
func joined(first, second any) ([]byte, error) {
	one, err := json.Marshal(first)
	if err != nil {
		return nil, fmt.Errorf("writing a row: %w", err)
	}
	other, err := json.Marshal(second)
	if err != nil {
		return nil, fmt.Errorf("writing a row: %w", err)
	}
	return append(append(one[:len(one)-1], ','), other[1:]...), nil
}
