package dotnet

// Culture holds the words, signs and patterns with which .NET writes numbers
// and dates for one people. It cannot be changed. A nil *Culture stands for the
// invariant one wherever this package takes it.
type Culture struct {
	name string

	currencySymbol   string
	currencyPositive string
	currencyNegative string
	percentPositive  string
	percentNegative  string
	positiveInfinity string
	negativeInfinity string
	notANumber       string

	shortDate string
	longDate  string
	shortTime string
	longTime  string
	monthDay  string
	yearMonth string
}

// Patterns of currency and percent: # is the number, $ the currency symbol, and
// any other character itself.
var invariantCulture = &Culture{
	currencySymbol:   "¤",
	currencyPositive: "$#",
	currencyNegative: "($#)",
	percentPositive:  "# %",
	percentNegative:  "-# %",
	positiveInfinity: "Infinity",
	negativeInfinity: "-Infinity",
	notANumber:       "NaN",

	shortDate: "MM/dd/yyyy",
	longDate:  "dddd, dd MMMM yyyy",
	shortTime: "HH:mm",
	longTime:  "HH:mm:ss",
	monthDay:  "MMMM dd",
	yearMonth: "yyyy MMMM",
}

var americanCulture = &Culture{
	name: "en-US",

	currencySymbol:   "$",
	currencyPositive: "$#",
	currencyNegative: "($#)",
	percentPositive:  "#%",
	percentNegative:  "-#%",
	positiveInfinity: "∞",
	negativeInfinity: "-∞",
	notANumber:       "NaN",

	shortDate: "M/d/yyyy",
	longDate:  "dddd, MMMM d, yyyy",
	shortTime: "h:mm tt",
	longTime:  "h:mm:ss tt",
	monthDay:  "MMMM d",
	yearMonth: "MMMM yyyy",
}

// Invariant returns CultureInfo.InvariantCulture.
func Invariant() *Culture { return invariantCulture }

// EnUS returns the en-US culture as Windows 10 and Windows Server 2016 have it.
func EnUS() *Culture { return americanCulture }

// Name is "" for the invariant culture and "en-US" for the other.
func (c *Culture) Name() string { return c.orInvariant().name }

func (c *Culture) orInvariant() *Culture {
	if c == nil {
		return invariantCulture
	}
	return c
}

// Signs and words that both cultures share.
const (
	decimalSeparator = "."
	groupSeparator   = ","
	groupSize        = 3
	defaultDecimals  = 2 // of C, F, N and P
	percentSymbol    = "%"
	perMilleSymbol   = "‰"
	amDesignator     = "AM"
	pmDesignator     = "PM"
	eraName          = "A.D."
)

// monthName returns the name of month 1 to 12, or "" for any other.
func monthName(month int) string {
	names := [...]string{
		"January", "February", "March", "April", "May", "June", "July",
		"August", "September", "October", "November", "December",
	}
	if month < 1 || month > len(names) {
		return ""
	}
	return names[month-1]
}

// dayName returns the name of a day of the week: 0 is Sunday. It is "" for any
// day but 0 to 6.
func dayName(day int) string {
	names := [...]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
	if day < 0 || day >= len(names) {
		return ""
	}
	return names[day]
}

// abbreviated returns the short form of an English month or day name.
func abbreviated(name string) string {
	const letters = 3
	if len(name) < letters {
		return name
	}
	return name[:letters]
}
