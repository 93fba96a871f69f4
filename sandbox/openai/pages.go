package openai

import (
	"slices"
	"strconv"
)

// descending is the order in which lists come by default.
const descending = "desc"

// How many entries a page of a list has. Source: the list calls of Azure OpenAI's v1 API.
const (
	usualPage   = 20
	largestPage = 100
)

// page answers a part of a list of things with ids, oldest first, by after, limit and order.
func (c *call) page(all []any, order string) *refusal {
	query := c.r.URL.Query()
	limit := usualPage
	if written := query.Get("limit"); written != "" {
		n, err := strconv.Atoi(written)
		if err != nil || n < 1 || n > largestPage {
			return invalid("limit", "invalid_value", "Invalid 'limit': %q is not a whole number from 1 to %d.", written, largestPage)
		}
		limit = n
	}
	if written := query.Get("order"); written != "" {
		if written != "asc" && written != descending {
			return invalid("order", "invalid_value", "Invalid 'order': %q is neither asc nor %s.", written, descending)
		}
		order = written
	}
	list := slices.Clone(all)
	if order == descending {
		slices.Reverse(list)
	}
	if after := query.Get("after"); after != "" {
		at := slices.IndexFunc(list, func(each any) bool { return idOf(each) == after })
		if at < 0 {
			return missing("No entry with id '%s' in this list.", after)
		}
		list = list[at+1:]
	}
	more := len(list) > limit
	list = list[:min(limit, len(list))]
	answer := map[string]any{"object": "list", "data": list, "first_id": nil, "last_id": nil, "has_more": more}
	if len(list) > 0 {
		answer["first_id"], answer["last_id"] = idOf(list[0]), idOf(list[len(list)-1])
	}
	return c.answer(answer)
}
