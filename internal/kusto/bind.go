package kusto

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// typed is an expression bound to the columns of a table.
type typed struct {
	typ Type
	// of gives the value for a row.
	of func(row []any) any
	// name is the column's that the expression makes where the query names none.
	name string
	// constant tells that the value is the same for all rows.
	constant bool
}

func constant(typ Type, value any) typed {
	return typed{typ: typ, of: func([]any) any { return value }, constant: true}
}

// binder binds expressions to columns.
type binder struct {
	*runner
	columns []Column
}

func (b *binder) bind(e expression) typed {
	switch e := e.(type) {
	case *literal:
		return constant(e.typ, e.value)
	case *nameOf:
		return b.named(e)
	case *call:
		return b.call(e)
	case *infix:
		return b.infix(e)
	case *negation:
		of := b.bind(e.of)
		if !isNumber(of.typ) && of.typ != TimeSpan {
			refuse(e.position(), "- takes a number or a timespan, and this is a %s", of.typ)
		}
		return typed{typ: of.typ, of: func(row []any) any { return negate(of.of(row)) }, constant: of.constant}
	case *member:
		of := b.bind(e.of)
		b.needDynamic(e.position(), of, "."+e.name)
		return typed{typ: Dynamic, name: joinNames(of.name, e.name), constant: of.constant, of: func(row []any) any { return memberOf(of.of(row), e.name) }}
	case *element:
		return b.element(e)
	case *starOf:
		refuse(e.position(), "* does not stand here")
	}
	refuse(e.position(), "this does not stand here")
	return typed{}
}

func joinNames(of, name string) string {
	if of == "" {
		return name
	}
	return of + "_" + name
}

func (*binder) needDynamic(at int, of typed, what string) {
	if of.typ != Dynamic {
		refuse(at, "%s is taken of a dynamic value, and this is a %s; parse_json makes one", what, of.typ)
	}
}

func (b *binder) named(e *nameOf) typed {
	if e.side != "" {
		refuse(e.position(), "$%s stands in the condition of a join only", e.side)
	}
	if i := indexOf(b.columns, e.name); i >= 0 {
		return typed{typ: b.columns[i].Type, name: e.name, of: func(row []any) any { return row[i] }}
	}
	if scalar, defined := b.scalars[e.name]; defined {
		return scalar
	}
	known := make([]string, len(b.columns))
	for i, column := range b.columns {
		known[i] = column.Name
	}
	if len(known) == 0 {
		refuse(e.position(), "there is no column %s", e.name)
	}
	refuse(e.position(), "there is no column %s; the columns here are %s", e.name, strings.Join(known, ", "))
	return typed{}
}

func memberOf(of any, name string) any {
	bag, _ := of.(map[string]any)
	return bag[name]
}

func (b *binder) element(e *element) typed {
	of, index := b.bind(e.of), b.bind(e.index)
	b.needDynamic(e.position(), of, "[…]")
	made := typed{typ: Dynamic, constant: of.constant && index.constant}
	switch index.typ {
	case String, Dynamic:
		if name, is := e.index.(*literal); is {
			made.name = joinNames(of.name, text(name.value))
		}
		made.of = func(row []any) any {
			if at, is := index.of(row).(int64); is {
				return elementOf(of.of(row), at)
			}
			return memberOf(of.of(row), text(index.of(row)))
		}
	case Int, Long:
		made.of = func(row []any) any {
			at, is := index.of(row).(int64)
			if !is {
				return nil
			}
			return elementOf(of.of(row), at)
		}
	default:
		refuse(e.position(), "an index is a number or a text, and this is a %s", index.typ)
	}
	return made
}

// elementOf counts from the end below 0.
func elementOf(of any, at int64) any {
	items, _ := of.([]any)
	if at < 0 {
		at += int64(len(items))
	}
	if at < 0 || at >= int64(len(items)) {
		return nil
	}
	return items[at]
}

func isNumber(typ Type) bool { return typ == Int || typ == Long || typ == Real }

func (b *binder) infix(e *infix) typed {
	if right, is := e.right.(*list); is {
		return b.listed(e, right)
	}
	left, right := b.bind(e.left), b.bind(e.right)
	switch e.operator {
	case "and", "or":
		b.need(e.left, left, Bool)
		b.need(e.right, right, Bool)
		return logical(e.operator == "or", left, right)
	case "+", "-", "*", "/", "%":
		return arithmetic(e, left, right)
	case "==", "!=", "<", "<=", ">", ">=":
		return comparison(e, left, right)
	case "matches regex":
		pattern := b.pattern(e.right, right)
		return b.onTexts(e, left, func(row []any) bool { return pattern.MatchString(text(left.of(row))) })
	}
	b.needText(e.right, right)
	not := strings.HasPrefix(e.operator, "!")
	compares := textComparisons[strings.TrimPrefix(e.operator, "!")]
	if e.operator == "!~" || e.operator == "=~" {
		compares = strings.EqualFold
	}
	return b.onTexts(e, left, func(row []any) bool { return compares(text(left.of(row)), text(right.of(row))) != not })
}

func (b *binder) onTexts(e *infix, left typed, of func(row []any) bool) typed {
	b.needText(e.left, left)
	return typed{typ: Bool, of: func(row []any) any { return of(row) }}
}

func (*binder) need(e expression, of typed, wanted ...Type) {
	if !slices.Contains(wanted, of.typ) {
		refuse(e.position(), "a %s stands here, and this is a %s", joinTypes(wanted), of.typ)
	}
}

func (b *binder) needText(e expression, of typed) { b.need(e, of, String, Dynamic) }

func joinTypes(types []Type) string {
	names := make([]string, len(types))
	for i, each := range types {
		names[i] = string(each)
	}
	return strings.Join(names, " or ")
}

// literalText is the text of an argument that has to be known before the rows are read.
func (b *binder) literalText(e expression, of typed) string {
	b.need(e, of, String)
	if !of.constant {
		refuse(e.position(), "this text has to be the same for all rows")
	}
	return text(of.of(nil))
}

// pattern is a regular expression; Kusto's are of the kind that Go's are, too (RE2).
func (b *binder) pattern(e expression, of typed) *regexp.Regexp {
	pattern, err := regexp.Compile(b.literalText(e, of))
	if err != nil {
		refuse(e.position(), "the regular expression is wrong: %v", err)
	}
	return pattern
}

// logical knows null: it is neither true nor false.
func logical(or bool, left, right typed) typed {
	return typed{typ: Bool, constant: left.constant && right.constant, of: func(row []any) any {
		l := left.of(row)
		if l == or {
			return or
		}
		r := right.of(row)
		switch {
		case r == or:
			return or
		case l == nil || r == nil:
			return nil
		}
		return !or
	}}
}

// comparison knows null: == is null for two of them and false for one, != the other way
// round, and the rest is null. Source: the language's page on null values.
func comparison(e *infix, left, right typed) typed {
	switch {
	case left.typ == right.typ, isNumber(left.typ) && isNumber(right.typ):
	case left.typ == Dynamic:
		left = cast(left, right.typ)
	case right.typ == Dynamic:
		right = cast(right, left.typ)
	default:
		refuse(e.position(), "%s compares a %s with a %s; turn one into the other's type", e.operator, left.typ, right.typ)
	}
	operator := e.operator
	return typed{typ: Bool, constant: left.constant && right.constant, of: func(row []any) any {
		l, r := left.of(row), right.of(row)
		if l == nil || r == nil {
			if (operator != "==" && operator != "!=") || (l == nil && r == nil) {
				return nil
			}
			return operator == "!="
		}
		order := compare(l, r)
		switch operator {
		case "==":
			return order == 0
		case "!=":
			return order != 0
		case "<":
			return order < 0
		case "<=":
			return order <= 0
		case ">":
			return order > 0
		}
		return order >= 0
	}}
}

// cast takes a dynamic value of a type as what it is; other values are null.
func cast(of typed, typ Type) typed {
	if typ == Dynamic {
		return of
	}
	return typed{typ: typ, constant: of.constant, of: func(row []any) any {
		value := of.of(row)
		_, isText := value.(string)
		if isText != (typ == String) && (typ != DateTime && typ != TimeSpan) {
			if typ == String {
				return text(value)
			}
			return nil
		}
		return convert(value, typ)
	}}
}

func arithmetic(e *infix, left, right typed) typed {
	made := typed{constant: left.constant && right.constant}
	l, r := left.typ, right.typ
	switch {
	case isNumber(l) && isNumber(r):
		made.typ = wider(l, r)
	case l == DateTime && r == TimeSpan && (e.operator == "+" || e.operator == "-"), l == TimeSpan && r == DateTime && e.operator == "+":
		made.typ = DateTime
	case l == DateTime && r == DateTime && e.operator == "-", l == TimeSpan && r == TimeSpan && (e.operator == "+" || e.operator == "-"),
		l == TimeSpan && isNumber(r) && (e.operator == "*" || e.operator == "/"), isNumber(l) && r == TimeSpan && e.operator == "*":
		made.typ = TimeSpan
	case l == TimeSpan && r == TimeSpan && e.operator == "/":
		made.typ = Real
	case l == Dynamic || r == Dynamic:
		refuse(e.position(), "%s does not take dynamic values; turn them into numbers by tolong or todouble", e.operator)
	default:
		refuse(e.position(), "%s does not take a %s and a %s", e.operator, l, r)
	}
	made.of = func(row []any) any {
		a, b := left.of(row), right.of(row)
		if a == nil || b == nil {
			return nil
		}
		return calculate(e.operator, a, b)
	}
	return made
}

// wider is the type of what two numbers make.
func wider(a, b Type) Type {
	for _, typ := range []Type{Real, Long} {
		if a == typ || b == typ {
			return typ
		}
	}
	return Int
}

func calculate(operator string, a, b any) any {
	switch x := a.(type) {
	case time.Time:
		switch y := b.(type) {
		case time.Duration:
			if operator == "-" {
				y = -y
			}
			return x.Add(y)
		case time.Time:
			return x.Sub(y)
		}
	case time.Duration:
		switch y := b.(type) {
		case time.Time:
			return y.Add(x)
		case time.Duration:
			switch operator {
			case "+":
				return x + y
			case "-":
				return x - y
			}
			return float64(x) / float64(y)
		default:
			by, _ := toReal(b).(float64)
			if operator == "/" {
				by = 1 / by
			}
			return time.Duration(float64(x) * by)
		}
	case int64:
		switch y := b.(type) {
		case int64:
			return calculateWhole(operator, x, y)
		case time.Duration:
			return time.Duration(x) * y
		}
	case float64:
		if y, is := b.(time.Duration); is {
			return time.Duration(x * float64(y))
		}
	}
	return calculateReal(operator, a, b)
}

func calculateWhole(operator string, a, b int64) any {
	switch operator {
	case "+":
		return a + b
	case "-":
		return a - b
	case "*":
		return a * b
	}
	if b == 0 {
		return nil
	}
	if operator == "/" {
		return a / b
	}
	return a % b
}
