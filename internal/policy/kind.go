package policy

import (
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// kind is a policy: where it may stand, what it takes, and how it is compiled.
type kind struct {
	name     string
	sections []string
	// scopes where it may stand; nil: all.
	scopes     []string
	attributes []attribute
	children   []child
	// policies says that its children are policies (retry, limit-concurrency).
	policies bool
	// content says that it has text: text, expression or neither.
	content content
	compile func(c *elementCompilation) runner
	// unsupported is why it cannot be run here, or "".
	unsupported string
	// once says that it may stand once in a section.
	once bool
	// notConsumption says that the Consumption tier does not have it.
	notConsumption bool
	// anyOrder says that its children may stand in any order.
	anyOrder bool
}

// content is what text an element may hold.
type content uint8

const (
	noText content = iota
	optionalText
	requiredText
	// anyXML is text or elements that are data.
	anyXML
)

// attribute is one that a policy or child takes.
type attribute struct {
	name     string
	required bool
	// literal says that expressions are not allowed.
	literal bool
	// unsupported is why it cannot be run here, or "".
	unsupported string
	check       check
}

// check is what a value has to be.
type check struct {
	kind    valueKind
	choices []string
	min     float64
	max     float64
	// whole says that a number that is written out has to be whole; an expression
	// may give a fraction.
	whole bool
}

type valueKind uint8

const (
	isText valueKind = iota
	isObject
	isBoolean
	isInteger
	isNumber
	isChoice
)

func need(name string, c check) attribute { return attribute{name: name, required: true, check: c} }

func may(name string, c check) attribute { return attribute{name: name, check: c} }

// fixed makes an attribute one without expressions.
func (a attribute) fixed() attribute {
	a.literal = true
	return a
}

// undocumented marks an attribute that only the service's schemas know.
func (a attribute) undocumented() attribute {
	return a.beyond(unexplained)
}

// unexplained is why what only the service's schemas know cannot be run.
const unexplained = "Microsoft's reference does not say what it does"

// beyond marks an attribute that cannot be run here, and says why.
func (a attribute) beyond(why string) attribute {
	a.unsupported = why
	return a
}

func text() check    { return check{kind: isText} }
func object() check  { return check{kind: isObject} }
func boolean() check { return check{kind: isBoolean} }

func oneOf(choices ...string) check { return check{kind: isChoice, choices: choices} }

func integer(least, most float64) check { return check{kind: isInteger, min: least, max: most} }

// within is a whole number of a range.
func within(allowed azure.Range) check { return integer(float64(allowed.Min), float64(allowed.Max)) }

// number is a number from least on.
func number(least float64) check { return check{kind: isNumber, min: least, max: unbounded} }

// wholeNumber is a number of 0 and more, whose literals are whole.
func wholeNumber() check {
	return wholeFrom(0)
}

// wholeFrom is a number from least on, whose literals are whole.
func wholeFrom(least float64) check {
	c := number(least)
	c.whole = true
	return c
}

// unbounded is a bound that is none.
const unbounded = 1 << 52

// child is an element below a policy.
type child struct {
	name     string
	required bool
	many     bool
	// most is how many there may be; 0 for any number.
	most       int
	attributes []attribute
	children   []child
	content    content
	// policies says that its children are policies (when, otherwise).
	policies bool
	// policy says that the child is a policy itself, checked as one (set-header
	// in return-response).
	policy bool
	// unsupported is why it cannot be run here, or "".
	unsupported string
}

func all() []string { return []string{"inbound", "backend", "outbound", "on-error"} }

func in(sections ...string) []string { return sections }

// kinds are all policies. The order is that of POLICY.md's list by frequency,
// then the rest of Microsoft's reference.
func kinds() map[string]*kind {
	found := map[string]*kind{}
	for _, family := range [][]*kind{
		messageKinds(), controlKinds(), backendKinds(), cacheKinds(), identityKinds(), limitKinds(), tokenKinds(), observeKinds(), accessKinds(), convertKinds(), semanticKinds(), safetyKinds(), validateKinds(), unsupportedKinds(),
	} {
		for _, k := range family {
			found[k.name] = k
		}
	}
	return found
}

// Kinds are the names of the policies that can be run, and of those that are
// known but cannot.
func Kinds() (runnable, known []string) {
	for name, k := range kinds() {
		if k.unsupported == "" {
			runnable = append(runnable, name)
		} else {
			known = append(known, name)
		}
	}
	slices.Sort(runnable)
	slices.Sort(known)
	return append(runnable, "base"), known
}

func (k *kind) allowedIn(section string) bool {
	return section == "" || slices.Contains(k.sections, section)
}

func list(items []string) string {
	switch len(items) {
	case 0:
		return "none"
	case 1:
		return items[0]
	}
	return strings.Join(items[:len(items)-1], ", ") + " and " + items[len(items)-1]
}
