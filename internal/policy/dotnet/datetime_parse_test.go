package dotnet_test

import (
	"testing"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

const (
	badDate    = "!String was not recognized as a valid DateTime."
	noSuchDate = "!The DateTime represented by the string is not supported in calendar System.Globalization.GregorianCalendar."
)

func TestParseDateTime(t *testing.T) {
	for _, tc := range []struct {
		reason, text string
		styles       dotnet.DateTimeStyles
		want         string
	}{
		{"ISO 8601", "2009-06-15T13:45:30", 0, "2009-06-15T13:45:30.0000000"},
		{"with fraction", "2009-06-15T13:45:30.6175425", 0, "2009-06-15T13:45:30.6175425"},
		{"a long fraction is rounded", "2009-06-15T13:45:30.61754256", 0, "2009-06-15T13:45:30.6175426"},
		{"Z becomes local", "2009-06-15T13:45:30Z", 0, "2009-06-15T13:45:30.0000000+00:00"},
		{"Z stays with RoundtripKind", "2009-06-15T13:45:30Z", dotnet.RoundtripKind, "2009-06-15T13:45:30.0000000Z"},
		{"Z with AdjustToUniversal", "2009-06-15T13:45:30Z", dotnet.AdjustToUniversal, "2009-06-15T13:45:30.0000000Z"},
		{"an offset becomes local", "2009-06-15T13:45:30-07:00", 0, "2009-06-15T20:45:30.0000000+00:00"},
		{"an offset without colon", "2009-06-15T13:45:30 +0200", 0, "2009-06-15T11:45:30.0000000+00:00"},
		{"an offset of hours", "2009-06-15T13:45:30+02", 0, "2009-06-15T11:45:30.0000000+00:00"},
		{"AssumeUniversal becomes local", "2009-06-15 13:45", dotnet.AssumeUniversal, "2009-06-15T13:45:00.0000000+00:00"},
		{"AssumeUniversal, adjusted", "2009-06-15 13:45", dotnet.AssumeUniversal | dotnet.AdjustToUniversal, "2009-06-15T13:45:00.0000000Z"},
		{"AssumeLocal", "2009-06-15 13:45", dotnet.AssumeLocal, "2009-06-15T13:45:00.0000000+00:00"},
		{"RFC 1123 becomes local", "Mon, 15 Jun 2009 20:45:30 GMT", 0, "2009-06-15T20:45:30.0000000+00:00"},
		{"the wrong day of the week", "Tue, 15 Jun 2009 20:45:30 GMT", 0, "!String was not recognized as a valid DateTime because the day of week was incorrect."},
		{"month/day/year with time", "6/15/2009 1:45:30 PM", 0, "2009-06-15T13:45:30.0000000"},
		{"PM without a space", "6/15/2009 1:45pm", 0, "2009-06-15T13:45:00.0000000"},
		{"midnight", "6/15/2009 12:00 AM", 0, "2009-06-15T00:00:00.0000000"},
		{"an hour alone", "6/15/2009 1 PM", 0, "2009-06-15T13:00:00.0000000"},
		{"13 AM", "6/15/2009 13:00 AM", 0, badDate},
		{"no day/month/year", "15/6/2009", 0, badDate},
		{"two digits of year, this century", "6/15/29", 0, "2029-06-15T00:00:00.0000000"},
		{"two digits of year, the last", "6/15/30", 0, "1930-06-15T00:00:00.0000000"},
		{"date alone", "2009-06-15", 0, "2009-06-15T00:00:00.0000000"},
		{"slashes", "2009/6/5", 0, "2009-06-05T00:00:00.0000000"},
		{"points", "6.15.2009", 0, "2009-06-15T00:00:00.0000000"},
		{"month name first", "June 15, 2009", 0, "2009-06-15T00:00:00.0000000"},
		{"day first", "15 june 2009 1:00", 0, "2009-06-15T01:00:00.0000000"},
		{"short name with dashes", "15-Jun-09", 0, "2009-06-15T00:00:00.0000000"},
		{"year and month", "2009-06", 0, "2009-06-01T00:00:00.0000000"},
		{"month name and year", "June 2009", 0, "2009-06-01T00:00:00.0000000"},
		{"long day name", "Monday, June 15, 2009 1:45 PM", 0, "2009-06-15T13:45:00.0000000"},
		{"time alone without a date", "13:45", dotnet.NoCurrentDateDefault, "0001-01-01T13:45:00.0000000"},
		{"white space around", "  2009-06-15 ", 0, "2009-06-15T00:00:00.0000000"},
		{"the last tick", "9999-12-31T23:59:59.9999999", 0, "9999-12-31T23:59:59.9999999"},
		{"rounded past the end", "9999-12-31T23:59:59.99999999", 0, "!The DateTime represented by the string is out of range."},
		{"before the beginning in UTC", "0001-01-01T00:00:00+01:00", 0, "!The DateTime represented by the string is out of range."},
		{"no such day in ISO 8601", "2009-02-30T00:00:00", 0, noSuchDate},
		{"no such hour in ISO 8601", "2009-02-28T24:00:00", 0, noSuchDate},
		{"no such day", "2009-02-30", 0, badDate},
		{"digits without separators", "20090615", 0, badDate},
		{"a number", "2009", 0, badDate},
		{"a month", "June", 0, badDate},
		{"a day of the week", "Monday", 0, badDate},
		{"nothing", "", 0, badDate},
		{"text", "tomorrow", 0, "!The string was not recognized as a valid DateTime. There is an unknown word starting at index 0."},
		{"T without time", "2009-06-15T", 0, badDate},
		{"a separator at the end", "2009-06-", 0, badDate},
		{"an offset without time", "2009-06-15+02:00", 0, "2009-06-14T22:00:00.0000000+00:00"},
		{"UTC is no zone", "2009-06-15 13:45 UTC", 0, "!The string was not recognized as a valid DateTime. There is an unknown word starting at index 17."},
		{"two assumptions", "2009-06-15", dotnet.AssumeLocal | dotnet.AssumeUniversal, "!The DateTimeStyles values AssumeLocal and AssumeUniversal cannot be used together.\r\nParameter name: styles"},
		{"an unknown style", "2009-06-15", 256, "!An undefined DateTimeStyles value is being used.\r\nParameter name: styles"},
	} {
		value, err := dotnet.ParseDateTime(tc.text, dotnet.EnUS(), tc.styles)
		got, _ := value.Format("o", nil)
		check(t, tc.reason, got, err, tc.want)
	}
	value, err := dotnet.ParseDateTime("1:30 AM", nil, 0)
	got, _ := value.Format("yyyy-MM-dd HH:mm", nil)
	check(t, "a time alone is today's", got, err, time.Now().UTC().Format("2006-01-02")+" 01:30")
}

func TestParseDateTimeOffset(t *testing.T) {
	for _, tc := range []struct {
		reason, text string
		styles       dotnet.DateTimeStyles
		want         string
	}{
		{"an offset", "2009-06-15T13:45:30-07:00", 0, "2009-06-15T13:45:30.0000000-07:00"},
		{"no offset is local", "6/15/2009 1:45 PM", 0, "2009-06-15T13:45:00.0000000+00:00"},
		{"adjusted", "2009-06-15T13:45:30-07:00", dotnet.AdjustToUniversal, "2009-06-15T20:45:30.0000000+00:00"},
		{"too large an offset", "2009-06-15T13:45:30-15:00", 0, "!The time zone offset must be within plus or minus 14 hours."},
		{"before the beginning in UTC", "0001-01-01T00:00:00+01:00", 0, "!The UTC representation of the date falls outside the year range 1-9999."},
		{"a date is needed", "13:45", dotnet.NoCurrentDateDefault, "!The DateTimeStyles value 'NoCurrentDateDefault' is not allowed when parsing DateTimeOffset.\r\nParameter name: styles"},
	} {
		value, err := dotnet.ParseDateTimeOffset(tc.text, nil, tc.styles)
		got, _ := value.Format("o", nil)
		check(t, tc.reason, got, err, tc.want)
	}
}

func TestParseExact(t *testing.T) {
	for _, tc := range []struct {
		reason, text string
		formats      []string
		styles       dotnet.DateTimeStyles
		want         string
	}{
		{"digits without separators", "20090615134530", []string{"yyyyMMddHHmmss"}, 0, "2009-06-15T13:45:30.0000000"},
		{"round trip", "2009-06-15T13:45:30.6175425Z", []string{"o"}, dotnet.RoundtripKind, "2009-06-15T13:45:30.6175425Z"},
		{"round trip without zone", "2009-06-15T13:45:30.6175425", []string{"O"}, 0, "2009-06-15T13:45:30.6175425"},
		{"RFC 1123 has no kind", "Mon, 15 Jun 2009 13:45:30 GMT", []string{"r"}, 0, "2009-06-15T13:45:30.0000000"},
		{"wrong day of the week", "Tue, 15 Jun 2009 13:45:30 GMT", []string{"r"}, 0, "!String was not recognized as a valid DateTime because the day of week was incorrect."},
		{"universal has no kind", "2009-06-15 13:45:30Z", []string{"u"}, 0, "2009-06-15T13:45:30.0000000"},
		{"one or two digits", "6/5/2009", []string{"M/d/yyyy"}, 0, "2009-06-05T00:00:00.0000000"},
		{"two digits must be two", "6/5/2009", []string{"MM/dd/yyyy"}, 0, badDate},
		{"the second format", "6/5/2009", []string{"yyyy", "M/d/yyyy"}, 0, "2009-06-05T00:00:00.0000000"},
		{"none of two", "x", []string{"yyyy", "M/d/yyyy"}, 0, badDate},
		{"names", "Monday, 15 JUNE 09", []string{"dddd, d MMMM yy"}, 0, "2009-06-15T00:00:00.0000000"},
		{"twelve hours", "01:45 pm 2009-06-15", []string{"hh:mm tt yyyy-MM-dd"}, 0, "2009-06-15T13:45:00.0000000"},
		{"twelve AM", "12 A 2009-06-15", []string{"h t yyyy-MM-dd"}, 0, "2009-06-15T00:00:00.0000000"},
		{"thirteen of twelve hours", "13 2009-06-15", []string{"hh yyyy-MM-dd"}, 0, badDate},
		{"an offset", "2009-06-15 13:45 -0700", []string{"yyyy-MM-dd HH:mm zzz"}, dotnet.AdjustToUniversal, "2009-06-15T20:45:00.0000000Z"},
		{"a short offset", "2009-06-15 13:45 -7", []string{"yyyy-MM-dd HH:mm z"}, dotnet.AdjustToUniversal, "2009-06-15T20:45:00.0000000Z"},
		{"Z as K", "2009-06-15Z", []string{"yyyy-MM-ddK"}, dotnet.AdjustToUniversal, "2009-06-15T00:00:00.0000000Z"},
		{"a quoted Z is only text", "2009-06-15T01:00:00Z", []string{"yyyy-MM-dd'T'HH:mm:ss'Z'"}, 0, "2009-06-15T01:00:00.0000000"},
		{"a quoted Z and AssumeUniversal", "2009-06-15T01:00:00Z", []string{"yyyy-MM-dd'T'HH:mm:ss'Z'"}, dotnet.AssumeUniversal | dotnet.AdjustToUniversal, "2009-06-15T01:00:00.0000000Z"},
		{"a missing fraction", "2009-06-15 01:00:00", []string{"yyyy-MM-dd HH:mm:ss.FFF"}, 0, "2009-06-15T01:00:00.0000000"},
		{"a short fraction", "2009-06-15 01:00:00.5", []string{"yyyy-MM-dd HH:mm:ss.FFF"}, 0, "2009-06-15T01:00:00.5000000"},
		{"f wants all digits", "2009-06-15 01:00:00.5", []string{"yyyy-MM-dd HH:mm:ss.fff"}, 0, badDate},
		{"white space around is not allowed", " 2009-06-15", []string{"yyyy-MM-dd"}, 0, badDate},
		{"unless the styles say so", " 2009-06-15 ", []string{"yyyy-MM-dd"}, dotnet.DateAllowWhiteSpaces, "2009-06-15T00:00:00.0000000"},
		{"and inside", "2009 - 06 -15", []string{"yyyy-MM-dd"}, dotnet.DateAllowInnerWhite, "2009-06-15T00:00:00.0000000"},
		{"no such day", "2009-02-30", []string{"yyyy-MM-dd"}, 0, noSuchDate},
		{"a part twice with two values", "2009 2010", []string{"yyyy yyyy"}, 0, badDate}, //nolint:dupword // the pattern says it twice
		{"a percent sign", "15", []string{"%d"}, dotnet.NoCurrentDateDefault, "" /* filled below */},
		{"no formats", "2009", nil, 0, "!No format specifiers were provided."},
		{"an unknown standard format", "2009", []string{"x"}, 0, "!Input string was not in a correct format."},
		{"an open quote", "2009", []string{"yyyy'x"}, 0, "!Cannot find a matching quote character for the character '''."},
		{"text left over", "2009-06-15x", []string{"yyyy-MM-dd"}, 0, badDate},
	} {
		if tc.want == "" {
			tc.want = time.Now().UTC().Format("2006") + "-01-15T00:00:00.0000000"
		}
		value, err := dotnet.ParseDateTimeExact(tc.text, tc.formats, nil, tc.styles)
		got, _ := value.Format("o", nil)
		check(t, tc.reason, got, err, tc.want)
	}
	value, err := dotnet.ParseDateTimeOffsetExact("15.06.2009 13:45 +02:00", []string{"dd.MM.yyyy HH:mm zzz"}, nil, 0)
	got, _ := value.Format("o", nil)
	check(t, "an offset is kept", got, err, "2009-06-15T13:45:00.0000000+02:00")
}
