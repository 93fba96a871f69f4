package dotnet

// DateTimeStyles is System.Globalization.DateTimeStyles: what the text of a date
// may hold, and what becomes of its zone.
type DateTimeStyles int32

// .NET's DateTimeStyles. The first four have Date before .NET's name, to tell
// them from NumberStyles.
const (
	DateTimeStylesNone     DateTimeStyles = 0
	DateAllowLeadingWhite  DateTimeStyles = 1
	DateAllowTrailingWhite DateTimeStyles = 2
	DateAllowInnerWhite    DateTimeStyles = 4
	DateAllowWhiteSpaces   DateTimeStyles = 7
	NoCurrentDateDefault   DateTimeStyles = 8
	AdjustToUniversal      DateTimeStyles = 16
	AssumeLocal            DateTimeStyles = 32
	AssumeUniversal        DateTimeStyles = 64
	RoundtripKind          DateTimeStyles = 128

	allDateTimeStyles DateTimeStyles = 255
)

func (s DateTimeStyles) has(flag DateTimeStyles) bool { return s&flag != 0 }

// check refuses styles that do not go together. The error is an
// ArgumentException.
func (s DateTimeStyles) check() error {
	switch {
	case s&^allDateTimeStyles != 0:
		return Argument("An undefined DateTimeStyles value is being used.", "styles")
	case s.has(AssumeLocal) && s.has(AssumeUniversal):
		return Argument("The DateTimeStyles values AssumeLocal and AssumeUniversal cannot be used together.", "styles")
	case s.has(RoundtripKind) && s.has(AssumeLocal|AssumeUniversal|AdjustToUniversal):
		return Argument("The DateTimeStyles value RoundtripKind cannot be used with the values "+
			"AssumeLocal, AssumeUniversal or AdjustToUniversal.", "styles")
	}
	return nil
}

// checkOffset is check for a DateTimeOffset, which always needs a date.
func (s DateTimeStyles) checkOffset() error {
	if err := s.check(); err != nil {
		return err
	}
	if s.has(NoCurrentDateDefault) {
		return Argument("The DateTimeStyles value 'NoCurrentDateDefault' is not allowed when parsing DateTimeOffset.", "styles")
	}
	return nil
}
