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

// listBody is an answer with several things.
type listBody[T any] struct {
	Data   []T    `json:"data"`
	Object string `json:"object"`
}

func listOf[T any](all []T) listBody[T] { return listBody[T]{Data: all, Object: "list"} }

// listPage is a part of a longer list.
type listPage[T any] struct {
	listBody[T]
	FirstID *string `json:"first_id"`
	LastID  *string `json:"last_id"`
	HasMore bool    `json:"has_more"`
}

// deleted is the answer about a thing that is gone.
type deleted struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Deleted bool   `json:"deleted"`
}

// page answers a part of a list of things with ids, oldest first, by after, limit and order.
func page[T interface{ id() string }](c *call, all []T, order string) *refusal {
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
	rest := append([]T{}, all...)
	if order == descending {
		slices.Reverse(rest)
	}
	if after := query.Get("after"); after != "" {
		at := slices.IndexFunc(rest, func(each T) bool { return each.id() == after })
		if at < 0 {
			return missing("No entry with id '%s' in this list.", after)
		}
		rest = rest[at+1:]
	}
	answer := listPage[T]{listBody: listOf(rest[:min(limit, len(rest))]), HasMore: len(rest) > limit}
	if shown := answer.Data; len(shown) > 0 {
		answer.FirstID, answer.LastID = orNull(shown[0].id()), orNull(shown[len(shown)-1].id())
	}
	return c.answer(answer)
}
