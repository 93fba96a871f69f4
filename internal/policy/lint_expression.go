package policy

import (
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/document"
)

// lintExpression looks for what compiles and goes wrong.
func (b *compilation) lintExpression(c *elementCompilation, v *value) {
	b.lintReads(c, v)
	start := expressionStart(v.text)
	at := func(n csharp.Node) document.Position { return v.at(start + n.Offset()) }
	if block, ok := v.compiled.Syntax.(*csharp.Block); ok {
		b.lintBraces(c, block, at)
	}
	csharp.Walk(v.compiled.Syntax, func(n csharp.Node) bool {
		switch x := n.(type) {
		case *csharp.Binary:
			b.lintPair(c, x, at(x))
			b.lintRegion(c, x, at(x))
			b.lintReasonEqual(c, x, at(x))
		case *csharp.ConditionalAccess:
			if call, ok := x.Rest.(*csharp.Call); ok {
				b.lintBody(c, call, strings.ReplaceAll(csharp.Path(x.X), "?", ""), v.text, at(x))
			}
		case *csharp.Call:
			if member, ok := x.Function.(*csharp.Member); ok {
				b.lintBody(c, x, strings.ReplaceAll(csharp.Path(member.X), "?", ""), v.text, at(x))
			}
			b.lintReason(c, x, at(x))
			b.noteGuard(x)
			b.noteCipher(c, x, at(x))
		}
		return true
	})
}

// lintBraces: the service reads blocks with the parser of ASP.NET's Razor, which
// refuses a statement without braces behind if, else and loops.
func (b *compilation) lintBraces(c *elementCompilation, block *csharp.Block, at func(csharp.Node) document.Position) {
	need := func(word string, body csharp.Statement) {
		if body == nil {
			return
		}
		if _, isBlock := body.(*csharp.Block); isBlock {
			return
		}
		if _, isElseIf := body.(*csharp.If); isElseIf && word == "else" {
			return
		}
		c.note(at(body), Refused, "braces", "the service's parser wants { } around what follows `%s`; it refuses the document when it is saved", word)
	}
	csharp.Walk(block, func(n csharp.Node) bool {
		switch x := n.(type) {
		case *csharp.Lambda:
			return false
		case *csharp.If:
			need("if", x.Then)
			need("else", x.Else)
		case *csharp.For:
			need("for", x.Body)
		case *csharp.ForEach:
			need("foreach", x.Body)
		case *csharp.While:
			need("while", x.Body)
		}
		return true
	})
}

// lintPair finds x != a || x != b, which always holds, and x == a && x == b,
// which never does.
func (b *compilation) lintPair(c *elementCompilation, x *csharp.Binary, at document.Position) {
	operator := map[string]string{"||": "!=", "&&": "=="}[x.Operator]
	left, isLeft := plain(x.X).(*csharp.Binary)
	right, isRight := plain(x.Y).(*csharp.Binary)
	if operator == "" || !isLeft || !isRight || left.Operator != operator || right.Operator != operator || csharp.Key(left.X) != csharp.Key(right.X) {
		return
	}
	_, isLiteral := plain(left.Y).(*csharp.Literal)
	_, isOther := plain(right.Y).(*csharp.Literal)
	if !isLiteral || !isOther || csharp.Key(left.Y) == csharp.Key(right.Y) {
		return
	}
	always := x.Operator == "||"
	c.note(at, Doubtful, "constant-condition", "this is always %v%s", always, orRemedy(always))
}

func plain(x csharp.Expression) csharp.Expression {
	for {
		p, ok := x.(*csharp.Parenthesized)
		if !ok {
			return x
		}
		x = p.X
	}
}

// lintRegion: the region is a name for people, such as West Europe, as Microsoft's
// samples compare it. A name as in a template never is equal to it.
func (b *compilation) lintRegion(c *elementCompilation, x *csharp.Binary, at document.Position) {
	if x.Operator != "==" && x.Operator != "!=" {
		return
	}
	region, other := plain(x.X), plain(x.Y)
	if csharp.Path(other) == "context.Deployment.Region" {
		region, other = other, region
	}
	name, isLiteral := literalText(other)
	if !isLiteral || csharp.Path(region) != "context.Deployment.Region" || name == "" || name != strings.ToLower(name) {
		return
	}
	c.note(at, Doubtful, "region-compare", `the region is written like West Europe, and "%s" is not; compare it without spaces and case: context.Deployment.Region.Replace(" ", "").Equals("%s", StringComparison.OrdinalIgnoreCase)`, name, strings.ReplaceAll(name, " ", ""))
}

// asksForType reports whether an expression looks at the type of a response: it
// can tell a stream of events from what it may read.
func asksForType(expression string) bool {
	return strings.Contains(expression, "context.Response.Headers") && strings.Contains(expression, `"Content-Type"`)
}

// noteCipher refuses the one algorithm of .NET that is not here.
func (b *compilation) noteCipher(c *elementCompilation, x *csharp.Call, at document.Position) {
	member, ok := x.Function.(*csharp.Member)
	if !ok || member.Name != "Encrypt" && member.Name != "Decrypt" || len(x.Arguments) == 0 {
		return
	}
	if name, isLiteral := literalText(x.Arguments[0].Value); isLiteral && strings.EqualFold(name, "RC2") {
		c.note(at, Unsupported, "expression", "the algorithm RC2 cannot be run here; Aes, DES and TripleDES can")
	}
}

// isLog tells policies that write what they read elsewhere.
func isLog(kind string) bool {
	return kind == "log-to-eventhub" || kind == "trace" || kind == "send-one-way-request"
}

// lintBody: without preserveContent a body is gone once it was read.
func (b *compilation) lintBody(c *elementCompilation, x *csharp.Call, whose, expression string, at document.Position) {
	member, ok := x.Function.(*csharp.Member)
	if !ok || member.Name != "As" && member.Name != "AsFormUrlEncodedContent" {
		return
	}
	if whose == "context.Response.Body" && !asksForType(expression) {
		section := c.place.section
		b.lints = append(b.lints, func() {
			switch {
			case b.streaming && section != "on-error":
				c.note(at, Doubtful, "stream-parsed", "the response is streamed (buffer-response=\"false\"), and reading its body waits for all of it: a caller who asked for a stream gets none")
			case section == "outbound" && isLog(c.step.kind) && c.servesModels():
				c.note(at, Doubtful, "stream-logged", "the body of the answer is logged, and reading it waits for all of it: a caller who asked for a stream of tokens gets it at once, at its end; log it where Content-Type is not text/event-stream")
			}
		})
	}
	for _, argument := range x.Arguments {
		if literal, isLiteral := argument.Value.(*csharp.Literal); !isLiteral || literal.Value == true {
			b.bodyKept = b.bodyKept || whose == "context.Request.Body"
			return
		}
	}
	// What is read for set-body is put back by it.
	if c.element.Name == "set-body" && c.step.kind == "set-body" {
		return
	}
	// Nobody needs it after an answer of the policy's own.
	if c.place.answered || c.step.kind == "return-response" {
		return
	}
	section := c.place.section
	b.lints = append(b.lints, func() {
		switch {
		case b.opaque:
			// What was included may set the body.
		case whose == "context.Request.Body" && (section == "inbound" || section == "backend") && !b.bodySet["inbound"]:
			c.note(at, Doubtful, "body-consumed", "the request's body is read without preserveContent: true, so that the backend gets none; write %s(preserveContent: true)", member.Name+"<...>")
		case whose == "context.Response.Body" && section == "outbound" && !b.bodySet["outbound"]:
			c.note(at, Doubtful, "body-consumed", "the response's body is read without preserveContent: true, so that the caller gets none; write %s(preserveContent: true)", member.Name+"<...>")
		}
	})
}

// noteBodySet notes that a section sets the body.
func (c *elementCompilation) noteBodySet() {
	section := c.place.section
	if section == "backend" {
		section = "inbound"
	}
	if c.bodySet == nil {
		c.bodySet = map[string]bool{}
	}
	c.bodySet[section] = true
}

// lintReason: the service has changed the reason texts before.
func (b *compilation) lintReason(c *elementCompilation, x *csharp.Call, at document.Position) {
	member, ok := x.Function.(*csharp.Member)
	if !ok || strings.ReplaceAll(csharp.Path(member.X), "?", "") != "context.Response.StatusReason" {
		return
	}
	switch member.Name {
	case "Contains", "Equals", "StartsWith", "EndsWith", "IndexOf":
		c.note(at, Doubtful, "status-reason", reasonRemedy)
	}
}

const reasonRemedy = "the text of a reason is no contract: the service has changed that of an exhausted pool; test the status code: 429 or 503"

// lintReasonEqual finds a reason's text that is compared with another text.
func (b *compilation) lintReasonEqual(c *elementCompilation, x *csharp.Binary, at document.Position) {
	if x.Operator != "==" && x.Operator != "!=" {
		return
	}
	for _, sides := range [][2]csharp.Expression{{x.X, x.Y}, {x.Y, x.X}} {
		name, isLiteral := literalText(plain(sides[1]))
		if isLiteral && name != "" && strings.ReplaceAll(csharp.Path(plain(sides[0])), "?", "") == "context.Response.StatusReason" {
			c.note(at, Doubtful, "status-reason", reasonRemedy)
			return
		}
	}
}
