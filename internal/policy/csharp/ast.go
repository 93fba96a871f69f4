package csharp

// Node is a piece of syntax.
type Node interface {
	// Offset is where it starts, in bytes from the start of the code.
	Offset() int
}

// At is the place of a node.
type At int

// Offset implements Node.
func (a At) Offset() int { return int(a) }

// Expression is a piece of syntax with a value.
type Expression interface {
	Node
	expression()
}

// Statement is a step of a block.
type Statement interface {
	Node
	statement()
}

// TypeName is a type as written: JObject, Dictionary<string, int>, byte[], int?.
type TypeName struct {
	At
	// Name is the last part; Qualifier what stands before it, dots included.
	Qualifier, Name string
	Arguments       []*TypeName
	// Nullable is int?.
	Nullable bool
	// Ranks counts []: 2 for int[][].
	Ranks int
	// Names are those of the items of a tuple.
	Names []string
}

// The expressions.
type (
	// Literal is a constant: Value is string, rune (a char), bool, nil, or Number.
	Literal struct {
		At
		Value any
	}
	// Number is a numeric literal as written, without its suffix.
	Number struct {
		Digits string
		// Suffix in upper case: "", U, L, UL, F, D or M.
		Suffix string
		// Real has a point or an exponent.
		Real bool
	}
	// NamedValue is a placeholder whose value is not known.
	NamedValue struct {
		At
		Name string
	}
	// Interpolated is $"...".
	Interpolated struct {
		At
		Parts []InterpolatedPart
	}
	// InterpolatedPart is text, or a value with its format.
	InterpolatedPart struct {
		Text      string
		Value     Expression
		Alignment int
		Format    string
	}
	// Name is an identifier, with type arguments where it is generic.
	Name struct {
		At
		Name      string
		Arguments []*TypeName
	}
	// PredefinedType is a keyword that names a type, as in int.Parse.
	PredefinedType struct {
		At
		Type *TypeName
	}
	// Member is X.Name.
	Member struct {
		At
		X         Expression
		Name      string
		NameAt    int
		Arguments []*TypeName
	}
	// ConditionalAccess is X?.Rest; in Rest, Receiver stands for X.
	ConditionalAccess struct {
		At
		X    Expression
		Rest Expression
	}
	// Receiver is what ConditionalAccess found not to be null.
	Receiver struct{ At }
	// Call is Function(Arguments).
	Call struct {
		At
		Function  Expression
		Arguments []Argument
	}
	// Argument is a value handed over.
	Argument struct {
		// Name is set for name: value.
		Name  string
		Value Expression
		// Out is set for out arguments; then Value is a Name or a Declared.
		Out bool
	}
	// Declared is `out var x`, `out int x`; Type is nil for var.
	Declared struct {
		At
		Type *TypeName
		Name string
	}
	// Index is X[Arguments].
	Index struct {
		At
		X         Expression
		Arguments []Argument
	}
	// Unary is an operator before its operand.
	Unary struct {
		At
		Operator string
		X        Expression
	}
	// Step is ++ or --, before or behind.
	Step struct {
		At
		Operator string
		X        Expression
		Postfix  bool
	}
	// Binary is an operator between two operands, ?? included.
	Binary struct {
		At
		Operator   string
		OperatorAt int
		X, Y       Expression
	}
	// Assign is X = Y, X += Y and so on.
	Assign struct {
		At
		Operator string
		X, Y     Expression
	}
	// Conditional is If ? Then : Else.
	Conditional struct {
		At
		If, Then, Else Expression
	}
	// Cast is (Type)X.
	Cast struct {
		At
		Type *TypeName
		X    Expression
	}
	// As is X as Type.
	As struct {
		At
		X    Expression
		Type *TypeName
	}
	// Is is X is Type, X is Type name, X is constant. Not is C# 9's `is not`.
	Is struct {
		At
		X        Expression
		Type     *TypeName
		Name     string
		Constant Expression
	}
	// New is new Type(Arguments) { Elements }; Type is nil for anonymous objects.
	New struct {
		At
		Type      *TypeName
		Arguments []Argument
		Elements  []Element
		// HasElements tells `new T {}` from `new T()`.
		HasElements bool
	}
	// Element of an initializer: a value, several in braces, Name = value or
	// [Key] = value.
	Element struct {
		At
		Name   string
		Key    Expression
		Values []Expression
		// Nested is an initializer as the value: Name = { ... }.
		Nested []Element
	}
	// NewArray is new Type[Size] { Values } or, without Type, new[] { Values }.
	NewArray struct {
		At
		Type      *TypeName // of the elements
		Size      Expression
		Values    []Expression
		HasValues bool
	}
	// Lambda is (parameters) => body: one of Result and Body is set.
	Lambda struct {
		At
		Parameters []Parameter
		Result     Expression
		Body       *Block
	}
	// Parameter of a lambda or local function; Type may be nil in a lambda.
	Parameter struct {
		At
		Type    *TypeName
		Name    string
		Default Expression
		// Out and Params are for local functions.
		Out    bool
		Params bool
	}
	// TypeOf is typeof(Type).
	TypeOf struct {
		At
		Type *TypeName
	}
	// Default is default(Type), or plain default without a type.
	Default struct {
		At
		Type *TypeName
	}
	// NameOf is nameof(X).
	NameOf struct {
		At
		Text string
	}
	// ThrowExpression is throw X as a value.
	ThrowExpression struct {
		At
		X Expression
	}
	// Checked is checked(X), or without On unchecked(X).
	Checked struct {
		At
		On bool
		X  Expression
	}
	// Parenthesized is (X).
	Parenthesized struct {
		At
		X Expression
	}
)

func (*Literal) expression()           {}
func (*Checked) expression()           {}
func (*NamedValue) expression()        {}
func (*Interpolated) expression()      {}
func (*Name) expression()              {}
func (*PredefinedType) expression()    {}
func (*Member) expression()            {}
func (*ConditionalAccess) expression() {}
func (*Receiver) expression()          {}
func (*Call) expression()              {}
func (*Declared) expression()          {}
func (*Index) expression()             {}
func (*Unary) expression()             {}
func (*Step) expression()              {}
func (*Binary) expression()            {}
func (*Assign) expression()            {}
func (*Conditional) expression()       {}
func (*Cast) expression()              {}
func (*As) expression()                {}
func (*Is) expression()                {}
func (*New) expression()               {}
func (*NewArray) expression()          {}
func (*Lambda) expression()            {}
func (*TypeOf) expression()            {}
func (*Default) expression()           {}
func (*NameOf) expression()            {}
func (*ThrowExpression) expression()   {}
func (*Parenthesized) expression()     {}

// The statements.
type (
	// Block is { Statements }.
	Block struct {
		At
		Statements []Statement
	}
	// Declare is Type name = value, ...; Type is nil for var.
	Declare struct {
		At
		Type      *TypeName
		Variables []Declarator
		Constant  bool
	}
	// Declarator is name = Value; Value may be nil.
	Declarator struct {
		At
		Name  string
		Value Expression
		// Elements is an array initializer: int[] x = { 1, 2 }.
		Elements    []Expression
		HasElements bool
	}
	// LocalFunction is Type Name(Parameters) { Body }.
	LocalFunction struct {
		At
		Type       *TypeName
		Name       string
		Parameters []Parameter
		Result     Expression
		Body       *Block
	}
	// Evaluate is an expression for its effect.
	Evaluate struct {
		At
		X Expression
	}
	// If is if (Condition) Then else Else.
	If struct {
		At
		Condition  Expression
		Then, Else Statement
	}
	// While is while (Condition) Body; Do runs the body first.
	While struct {
		At
		Condition Expression
		Body      Statement
		Do        bool
	}
	// For is for (Start; Condition; Next) Body.
	For struct {
		At
		Start     []Statement
		Condition Expression
		Next      []Expression
		Body      Statement
	}
	// ForEach is foreach (Type name in Collection) Body; Type is nil for var.
	ForEach struct {
		At
		Type       *TypeName
		Name       string
		Collection Expression
		Body       Statement
	}
	// Switch is switch (Value) { Sections }.
	Switch struct {
		At
		Value    Expression
		Sections []SwitchSection
	}
	// SwitchSection is some labels and their statements.
	SwitchSection struct {
		Labels     []SwitchLabel
		Statements []Statement
	}
	// SwitchLabel is `case Constant:`, `case Type Name when Guard:` or `default:`.
	SwitchLabel struct {
		At
		Constant Expression
		Type     *TypeName
		Name     string
		Guard    Expression
		Default  bool
	}
	// Return is return X; X may be nil.
	Return struct {
		At
		X Expression
	}
	// Break leaves a loop or switch.
	Break struct{ At }
	// Continue goes on with the next round.
	Continue struct{ At }
	// Throw is throw X; X is nil where it throws again what was caught.
	Throw struct {
		At
		X Expression
	}
	// Try is try Body catch ... finally ....
	Try struct {
		At
		Body    *Block
		Catches []Catch
		Finally *Block
	}
	// Catch is catch (Type name) when (Guard) Body; Type is nil for plain catch.
	Catch struct {
		At
		Type  *TypeName
		Name  string
		Guard Expression
		Body  *Block
	}
	// Using is using (var name = value) Body.
	Using struct {
		At
		Resource Statement
		Body     Statement
	}
	// CheckedBlock is checked { }, or without On unchecked { }.
	CheckedBlock struct {
		At
		On   bool
		Body *Block
	}
	// Empty is a lone semicolon.
	Empty struct{ At }
)

func (*Block) statement()         {}
func (*Declare) statement()       {}
func (*LocalFunction) statement() {}
func (*Evaluate) statement()      {}
func (*If) statement()            {}
func (*While) statement()         {}
func (*For) statement()           {}
func (*ForEach) statement()       {}
func (*Switch) statement()        {}
func (*Return) statement()        {}
func (*Break) statement()         {}
func (*Continue) statement()      {}
func (*Throw) statement()         {}
func (*Try) statement()           {}
func (*Using) statement()         {}
func (*CheckedBlock) statement()  {}
func (*Empty) statement()         {}
