package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// DeployedQuery is a query in Kusto's language that is deployed.
type DeployedQuery struct {
	// Name is that of the resource; where this holds several queries, the item's comes behind
	// a slash.
	Name string `json:"name"`
	// Kind is saved-query, alert or workbook.
	Kind string `json:"kind"`
	// Title is for people.
	Title string `json:"title"`
	Text  string `json:"text"`
}

const queriesPath = "/sandbox/queries"

// Queries are those that are deployed: saved ones, and those of alerts and workbooks.
func (s *Session) Queries(ctx context.Context) (queries []DeployedQuery, err error) {
	err = s.ask(ctx, http.MethodGet, queriesPath, nil, &queries)
	return queries, err
}

// answerQueries answers with the queries that the store holds.
func answerQueries(store *azure.Store) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		queries := []DeployedQuery{}
		err := store.View(func(tx *azure.Tx) error {
			resources, err := tx.Under("")
			if err != nil {
				return err
			}
			for _, resource := range resources {
				more, err := queriesOf(resource)
				if err != nil {
					return err
				}
				queries = append(queries, more...)
			}
			return nil
		})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		answerJSON(w, queries)
	}
}

// holder is what the resources that hold queries have in common.
type holder struct {
	Properties struct {
		DisplayName string `json:"displayName"`
		// Query is that of a saved search, Criteria are those of an alert.
		Query    string `json:"query"`
		Criteria struct {
			AllOf []struct {
				Query string `json:"query"`
			} `json:"allOf"`
		} `json:"criteria"`
		SerializedData string `json:"serializedData"`
	} `json:"properties"`
}

// workbook is what a workbook's data has of queries.
type workbook struct {
	Items []struct {
		Name    string `json:"name"`
		Content struct {
			Title string `json:"title"`
			Query string `json:"query"`
		} `json:"content"`
	} `json:"items"`
}

// queriesOf are the queries of a resource.
func queriesOf(of *azure.Resource) ([]DeployedQuery, error) {
	kind := kindOfQuery(of.Type)
	if kind == "" {
		return nil, nil
	}
	raw, err := json.Marshal(of.Body)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", of.ID, err)
	}
	var held holder
	if err := json.Unmarshal(raw, &held); err != nil {
		return nil, fmt.Errorf("reading %s: %w", of.ID, err)
	}
	name, title := of.ID[strings.LastIndex(of.ID, "/")+1:], held.Properties.DisplayName
	var found []DeployedQuery
	add := func(name, title, text string) {
		if text != "" {
			found = append(found, DeployedQuery{name, kind, title, text})
		}
	}
	add(name, title, held.Properties.Query)
	for _, condition := range held.Properties.Criteria.AllOf {
		add(name, title, condition.Query)
	}
	if held.Properties.SerializedData == "" {
		return found, nil
	}
	var shown workbook
	if err := json.Unmarshal([]byte(held.Properties.SerializedData), &shown); err != nil {
		return nil, fmt.Errorf("reading the workbook %s: %w", of.ID, err)
	}
	for _, item := range shown.Items {
		add(name+"/"+item.Name, item.Content.Title, item.Content.Query)
	}
	return found, nil
}

func kindOfQuery(armType string) string {
	switch strings.ToLower(armType) {
	case "microsoft.operationalinsights/workspaces/savedsearches":
		return "saved-query"
	case "microsoft.insights/scheduledqueryrules":
		return "alert"
	case "microsoft.insights/workbooks":
		return "workbook"
	}
	return ""
}
