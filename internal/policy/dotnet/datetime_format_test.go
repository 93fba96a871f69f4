package dotnet_test

import (
	"testing"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

func TestDateTimeFormat(t *testing.T) {
	// Monday, 15 June 2009, 13:45:30.6175425: the moment of Microsoft's own tables.
	moment, err := dotnet.NewDateTime(2009, 6, 15, 13, 45, 30, 617, dotnet.Unspecified)
	moment = must(t, moment, err)
	moment.Ticks += 5425
	const badFormat = "!Input string was not in a correct format."
	for _, tc := range []struct {
		reason, format, american, invariant string
	}{
		{"no format is G", "", "6/15/2009 1:45:30 PM", "06/15/2009 13:45:30"},
		{"short date", "d", "6/15/2009", "06/15/2009"},
		{"long date", "D", "Monday, June 15, 2009", "Monday, 15 June 2009"},
		{"full, short time", "f", "Monday, June 15, 2009 1:45 PM", "Monday, 15 June 2009 13:45"},
		{"full, long time", "F", "Monday, June 15, 2009 1:45:30 PM", "Monday, 15 June 2009 13:45:30"},
		{"general, short time", "g", "6/15/2009 1:45 PM", "06/15/2009 13:45"},
		{"month and day", "M", "June 15", "June 15"},
		{"round trip", "o", "2009-06-15T13:45:30.6175425", "2009-06-15T13:45:30.6175425"},
		{"RFC 1123", "R", "Mon, 15 Jun 2009 13:45:30 GMT", "Mon, 15 Jun 2009 13:45:30 GMT"},
		{"sortable", "s", "2009-06-15T13:45:30", "2009-06-15T13:45:30"},
		{"short time", "t", "1:45 PM", "13:45"},
		{"long time", "T", "1:45:30 PM", "13:45:30"},
		{"universal sortable", "u", "2009-06-15 13:45:30Z", "2009-06-15 13:45:30Z"},
		{"universal full", "U", "Monday, June 15, 2009 1:45:30 PM", "Monday, 15 June 2009 13:45:30"},
		{"year and month", "y", "June 2009", "2009 June"},
		{"an unknown letter", "x", badFormat, badFormat},
		{"a specifier alone needs a percent sign", "h", badFormat, badFormat},
		{"with one it works", "%h", "1", "1"},
		{"a percent sign takes one letter", "%dd", "1515", "1515"},
		{"a percent sign alone", "%", badFormat, badFormat},
		{"days", "d dd ddd dddd ddddd", "15 15 Mon Monday Monday", "15 15 Mon Monday Monday"}, //nolint:dupword // the pattern says it twice
		{"fractions", "f ff fffffff", "6 61 6175425", "6 61 6175425"},
		{"too long a fraction", "ffffffff", badFormat, badFormat},
		{"hours", "h hh hhh H HH", "1 01 01 13 13", "1 01 01 13 13"},
		{"months", "M MM MMM MMMM", "6 06 Jun June", "6 06 Jun June"},
		{"years", "y yy yyy yyyy yyyyy", "9 09 2009 2009 02009", "9 09 2009 2009 02009"},
		{"noon and midnight", "t tt", "P PM", "P PM"},
		{"era", "gg", "A.D.", "A.D."},
		{"offsets of an unspecified time", "z zz zzz", "+0 +00 +00:00", "+0 +00 +00:00"},
		{"quoted", "'day' d \"month\" M", "day 15 month 6", "day 15 month 6"},
		{"an open quote", "'abc", "!Cannot find a matching quote character for the character '''.", "!Cannot find a matching quote character for the character '''."},
		{"escaped", `\d d`, "d 15", "d 15"},
		{"a backslash at the end", `d\`, badFormat, badFormat},
		{"other characters are themselves", "yyyy年", "2009年", "2009年"},
	} {
		got, err := moment.Format(tc.format, dotnet.EnUS())
		check(t, tc.reason+" (en-US)", got, err, tc.american)
		got, err = moment.Format(tc.format, dotnet.Invariant())
		check(t, tc.reason+" (invariant)", got, err, tc.invariant)
	}
	for _, tc := range []struct {
		reason string
		kind   dotnet.Kind
		want   string
	}{
		{"UTC ends in Z", dotnet.UTC, "2009-06-15T13:45:30.6175425Z"},
		{"local ends in the offset", dotnet.Local, "2009-06-15T13:45:30.6175425+00:00"},
	} {
		got, err := dotnet.DateTime{Ticks: moment.Ticks, Kind: tc.kind}.Format("O", nil)
		check(t, tc.reason, got, err, tc.want)
	}
	whole := dotnet.DateTime{Ticks: moment.Ticks - 6175425}
	got, err := whole.Format("ss.FFF", nil)
	check(t, "F drops the point with the zeros", got, err, "30")
	midnight := whole.Date()
	got, err = midnight.Format("h tt", nil)
	check(t, "midnight is twelve", got, err, "12 AM")
}

func TestDateTimeOffsetFormat(t *testing.T) {
	value, err := dotnet.ParseDateTimeOffset("2009-06-15T13:45:30-07:00", nil, 0)
	value = must(t, value, err)
	for _, tc := range []struct{ reason, format, want string }{
		{"no format shows the offset", "", "6/15/2009 1:45:30 PM -07:00"},
		{"RFC 1123 is converted", "r", "Mon, 15 Jun 2009 20:45:30 GMT"},
		{"universal is converted", "u", "2009-06-15 20:45:30Z"},
		{"sortable is not", "s", "2009-06-15T13:45:30"},
		{"round trip", "o", "2009-06-15T13:45:30.0000000-07:00"},
		{"offset of one letter", "%z", "-7"},
		{"K is the offset", "HHK", "13-07:00"},
		{"U is for DateTime only", "U", "!Input string was not in a correct format."},
	} {
		got, err := value.Format(tc.format, dotnet.EnUS())
		check(t, tc.reason, got, err, tc.want)
	}
}
