package liquid

import (
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// onItems is a filter of what a loop could go through; null stays null.
func onItems(do func(items []any) (any, error)) *filter {
	return &filter{input: itemsKind, do: func(_ *renderer, in any, _ []any) (any, error) {
		if items, ok := itemsOf(in); ok {
			return do(items)
		}
		return null()
	}}
}

func listFilter(name string) *filter {
	switch name {
	case "Size":
		return &filter{do: func(_ *renderer, in any, _ []any) (any, error) { return countOf(in), nil }}
	case "First":
		return onItems(func(items []any) (any, error) { return command(&List{Items: items}, "first"), nil })
	case "Last":
		return onItems(func(items []any) (any, error) { return command(&List{Items: items}, "last"), nil })
	case "Uniq":
		return onItems(func(items []any) (any, error) { return &List{Items: distinct(items)}, nil })
	case "Compact":
		return onItems(func(items []any) (any, error) {
			return &List{Items: slices.DeleteFunc(slices.Clone(items), func(v any) bool { return v == nil })}, nil
		})
	case "Join":
		return &filter{input: itemsKind, parameters: []parameter{may("glue", textKind, " ")}, do: join}
	case "Split":
		return withText("pattern", split)
	case "Sort":
		return &filter{parameters: []parameter{may("property", textKind, nil)}, do: sortItems}
	case "Map":
		return &filter{input: itemsKind, parameters: []parameter{must("property", textKind)}, do: mapItems}
	}
	return nil
}

func distinct(items []any) []any {
	seen := map[any]bool{}
	var kept []any
	for _, item := range items {
		key := item
		switch x := item.(type) {
		case dotnet.Decimal:
			key = Pair{"decimal", trimZeros(x.String()), false}
		case Pair:
			key = Pair{x.Key, nil, false}
		}
		if !seen[key] {
			seen[key] = true
			kept = append(kept, item)
		}
	}
	return kept
}

func join(_ *renderer, in any, args []any) (any, error) {
	items, ok := itemsOf(in)
	if !ok {
		return null()
	}
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = text(item)
	}
	return strings.Join(texts, text(args[0])), nil
}

func split(s, pattern string) any {
	if pattern == "" || strings.TrimSpace(s) == "" {
		return Strings(s)
	}
	return Strings(slices.DeleteFunc(strings.Split(s, pattern), func(each string) bool { return each == "" })...)
}

// flatten makes one list of lists in lists; objects become their members.
func flatten(items []any, into []any) []any {
	for _, item := range items {
		if inner, ok := itemsOf(item); ok {
			if _, isText := item.(string); !isText {
				into = flatten(inner, into)
				continue
			}
		}
		into = append(into, item)
	}
	return into
}

func sortItems(_ *renderer, in any, args []any) (any, error) {
	items, ok := itemsOf(in)
	if !ok {
		items = []any{in}
	}
	items = flatten(items, nil)
	if property := text(args[0]); property != "" {
		// Objects have become their members by now, which have no such property.
		return &List{Items: items}, nil
	}
	var failed error
	slices.SortStableFunc(items, func(a, b any) int {
		n, err := compare(a, b)
		if err != nil && failed == nil {
			failed = fail("Failed to compare two elements in the array.")
		}
		return n
	})
	return &List{Items: items}, failed
}

func mapItems(_ *renderer, in any, args []any) (any, error) {
	items, ok := itemsOf(in)
	if !ok {
		return null()
	}
	mapped := make([]any, len(items))
	for _, item := range items {
		if _, isHash := item.(*Hash); !isHash {
			return &List{Items: mapped}, nil
		}
	}
	for i, item := range items {
		if h, isHash := item.(*Hash); isHash {
			mapped[i], _ = h.Get(text(args[0]))
		}
	}
	return &List{Items: mapped}, nil
}
