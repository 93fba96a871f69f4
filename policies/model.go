package policies

// Model finds out which model a request is for and puts the name into the
// variable model: the path's {deployment-id}, or else the member model of the
// JSON body or the field of a form. A POST that names none gets 400. For other methods,
// and for what is asked for by its {id}, the variable is empty.
type Model struct{}

// Validate implements Part.
func (Model) Validate() error { return nil }

func (Model) file() string { return "model.xml" }

func (Model) parameters() any { return nil }
