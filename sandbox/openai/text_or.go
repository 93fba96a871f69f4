package openai

// textOr is a member of a request that may be a text or an object. What is neither is kept by its
// shape alone.
type textOr[T any] struct {
	shape  shape
	text   string
	object T
}

// UnmarshalJSON takes anything.
func (o *textOr[T]) UnmarshalJSON(data []byte) error {
	*o = textOr[T]{shape: shapeOf(data)}
	switch o.shape {
	case aText:
		lenient(data, &o.text)
	case anObject:
		lenient(data, &o.object)
	case absent, other, aNumber, tokenNumbers, aList:
	}
	return nil
}

// or is the text, or another one where there is none.
func (o textOr[T]) or(usual string) string {
	if o.shape == aText {
		return o.text
	}
	return usual
}
