package dotnet

import (
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// entities are the names that HTML 4 gives to characters; the W3C lists them in
// https://www.w3.org/TR/html4/sgml/entities.html.
const entities = `
	quot amp lt gt nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn
	sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde
	Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc
	Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring
	aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml
	divide oslash ugrave uacute ucirc uuml yacute thorn yuml OElig oelig Scaron scaron Yuml fnof circ tilde Alpha
	Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho Sigma Tau Upsilon Phi Chi
	Psi Omega alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf sigma
	tau upsilon phi chi psi omega thetasym upsih piv ensp emsp thinsp zwnj zwj lrm rlm ndash mdash lsquo rsquo
	sbquo ldquo rdquo bdquo dagger Dagger bull hellip permil prime Prime lsaquo rsaquo oline frasl euro image
	weierp real trade alefsym larr uarr rarr darr harr crarr lArr uArr rArr dArr hArr forall part exist empty
	nabla isin notin ni prod sum minus lowast radic prop infin ang and or cap cup int there4 sim cong asymp ne
	equiv le ge sub sup nsub sube supe oplus otimes perp sdot lceil rceil lfloor rfloor lang rang loz spades clubs
	hearts diams
`

// DecodeHTML is WebUtility.HtmlDecode: an entity ends with ; and is one of HTML 4, apos or a number.
func DecodeHTML(s string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "&")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		s = rest
		end := strings.IndexAny(rest, ";&")
		if end > 0 && rest[end] == ';' {
			if text, ok := entity(rest[:end]); ok {
				b.WriteString(text)
				s = rest[end+1:]
				continue
			}
		}
		b.WriteByte('&')
	}
}

// entity is the text of an entity without its & and ;.
func entity(name string) (string, bool) {
	if digits, isNumber := strings.CutPrefix(name, "#"); isNumber {
		base := 10
		if trimmed := strings.TrimLeft(digits, "xX"); len(digits)-len(trimmed) == 1 {
			digits, base = trimmed, 16
		}
		n, err := strconv.ParseUint(digits, base, 21)
		return string(rune(n)), err == nil && utf8.ValidRune(rune(n))
	}
	switch {
	case name == "lang":
		return "\u2329", true
	case name == "rang":
		return "\u232a", true
	case name == "apos", slices.Contains(strings.Fields(entities), name):
		return html.UnescapeString("&" + name + ";"), true
	}
	return "", false
}
