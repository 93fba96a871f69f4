package kusto

// query is what was read: definitions, and the pipe whose result is the query's.
type query struct {
	lets []let
	body *pipe
}

// let names a scalar or a table.
type let struct {
	at     int
	name   string
	scalar expression
	table  *pipe
}

// pipe is a source, and what is done to its rows.
type pipe struct {
	source source
	steps  []step
}

// source gives the rows that a pipe begins with; step changes them.
type (
	source interface {
		rows(r *runner) (*Table, error)
	}
	step interface {
		apply(r *runner, in *Table) (*Table, error)
	}
)

// expression is one of scalars, as it stands in the query.
type expression interface{ position() int }

type at int

func (a at) position() int { return int(a) }

type (
	literal struct {
		at
		typ   Type
		value any
	}
	nameOf struct {
		at
		name string
		// side is left or right in the condition of a join, else "".
		side string
	}
	call struct {
		at
		name      string
		arguments []expression
	}
	// infix is a binary operator, with its name in the language.
	infix struct {
		at
		operator    string
		left, right expression
	}
	negation struct {
		at
		of expression
	}
	member struct {
		at
		of   expression
		name string
	}
	element struct {
		at
		of, index expression
	}
	// list is what in, has_any and between have on their right.
	list struct {
		at
		items []expression
		table *pipe
	}
	starOf struct{ at }
)

// named is an expression with the column that it makes; "" takes the name that follows
// from the expression.
type named struct {
	name string
	of   expression
}

// sortKey orders rows.
type sortKey struct {
	of         expression
	ascending  bool
	nullsFirst bool
}

type (
	tableName struct {
		at
		name string
	}
	dataTable struct {
		columns []Column
		values  []expression
	}
	printed struct{ columns []named }
	unionOf struct {
		at
		fuzzy, inner bool
		withSource   string
		parts        []*pipe
	}
)

type (
	whereStep   struct{ of expression }
	extendStep  struct{ columns []named }
	projectStep struct {
		at
		// kind is project, project-away, project-keep or project-rename.
		kind    string
		columns []named
	}
	summarizeStep struct {
		aggregates, keys []named
	}
	distinctStep struct{ columns []named }
	sortStep     struct {
		keys []sortKey
		// limit is that of top; nil for none.
		limit expression
	}
	takeStep  struct{ count expression }
	countStep struct{}
	unionStep struct{ with *unionOf }
	joinStep  struct {
		at
		kind   string
		lookup bool
		right  *pipe
		on     []expression
	}
	expandStep struct {
		at
		// index is the column that numbers the parts; "" for none.
		index string
		items []expanded
	}
	renderStep struct{}
)

// expanded is a column that mv-expand takes apart.
type expanded struct {
	named
	at  int
	typ Type
}
