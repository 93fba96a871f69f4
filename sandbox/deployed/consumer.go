package deployed

import (
	"slices"
	"strings"
	"time"
)

// Product is a bundle of APIs.
type Product struct {
	// ID is the product's name, and ARMID its ARM id.
	ID, ARMID, DisplayName string
	Published              bool
	// ApprovalRequired and SubscriptionRequired say what callers need.
	ApprovalRequired, SubscriptionRequired bool
	// APIs are the names of its APIs, folded.
	APIs []string
	// Policy is nil for none.
	Policy *Document
}

// Has reports whether an API is in the product.
func (p *Product) Has(a *API) bool { return slices.Contains(p.APIs, strings.ToLower(a.ID)) }

// Subscription is what a key belongs to.
type Subscription struct {
	// ID is the subscription's name.
	ID, DisplayName    string
	Active             bool
	Primary, Secondary string
	Created            time.Time
	// Owner is the name of a user; "" for nobody.
	Owner string
	Scope Scope
}

// Scope is what a subscription's keys are good for: the APIs of a product, one API, all
// APIs, or nothing that is there.
type Scope struct {
	Product *Product
	API     *API
	AllAPIs bool
}

func (r *reader) product(of resource) *Product {
	properties := of.properties()
	p := &Product{
		ID: of.Name(), ARMID: of.ID, DisplayName: properties.text("displayName"), Published: properties.text("state") == "published",
		ApprovalRequired: properties.flag("approvalRequired"), SubscriptionRequired: properties.flag("subscriptionRequired"),
		Policy: r.document(of, productPolicyType),
	}
	for _, link := range r.children(of, productAPIType) {
		p.APIs = append(p.APIs, strings.ToLower(link.Name()))
	}
	return p
}

// subscription reads one; products and APIs are there already.
func (s *Service) subscription(of resource) *Subscription {
	properties := of.properties()
	created, _ := time.Parse(time.RFC3339Nano, properties.text("createdDate"))
	return &Subscription{
		ID: of.Name(), DisplayName: properties.text("displayName"), Active: properties.text("state") == "active",
		Primary: of.hidden().text("primaryKey"), Secondary: of.hidden().text("secondaryKey"), Created: created,
		Owner: lastSegment(properties.text("ownerId")), Scope: s.scope(strings.TrimSuffix(fold(properties.text("scope")), "/")),
	}
}

// scope is what a folded id stands for.
func (s *Service) scope(id string) Scope {
	for _, p := range s.Products {
		if fold(p.ARMID) == id {
			return Scope{Product: p}
		}
	}
	for _, a := range s.APIs {
		if fold(a.ARMID) == id {
			return Scope{API: a}
		}
	}
	service := fold(s.ID)
	return Scope{AllAPIs: id == service || id == service+"/apis"}
}
