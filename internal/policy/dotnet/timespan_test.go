package dotnet_test

import (
	"math"
	"strconv"
	"testing"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

func TestTimeSpanFormat(t *testing.T) {
	const badFormat = "!Input string was not in a correct format."
	for _, tc := range []struct{ reason, value, format, want string }{
		{"no format is c", "1.02:03:04.05", "", "1.02:03:04.0500000"},
		{"no days, no fraction", "02:03:04", "c", "02:03:04"},
		{"a negative", "-1.02:03:04", "t", "-1.02:03:04"},
		{"general short", "1.02:03:04.05", "g", "1:2:03:04.05"},
		{"general short without days", "02:03:04", "g", "2:03:04"},
		{"general long", "02:03:04", "G", "0:02:03:04.0000000"},
		{"custom", "1.02:03:04.05", `d\.hh\:mm\:ss\.fff`, "1.02:03:04.050"},
		{"custom shows no sign", "-02:03:04", `h\:mm`, "2:03"},
		{"custom F drops zeros", "00:00:04.05", `ss'.'FFF`, "04.05"},
		{"a lone specifier", "02:03:04", "%h", "2"},
		{"a colon must be quoted", "02:03:04", "hh:mm", badFormat},
		{"an unknown letter", "02:03:04", "x", badFormat},
		{"too many hours", "02:03:04", "hhh", badFormat},
		{"days are padded", "3.00:00:00", "dddd", "0003"},
		{"an open quote", "3.00:00:00", "dd'x", "!Cannot find a matching quote character for the character '''."},
	} {
		value, err := dotnet.ParseTimeSpan(tc.value, nil)
		got, err := dotnet.FormatTimeSpan(must(t, value, err), tc.format, nil)
		check(t, tc.reason, got, err, tc.want)
	}
	check(t, "the smallest", dotnet.MinTimeSpan.String(), nil, "-10675199.02:48:05.4775808")
	check(t, "the largest", dotnet.MaxTimeSpan.String(), nil, "10675199.02:48:05.4775807")
}

func TestParseTimeSpan(t *testing.T) {
	const (
		bad     = "!String was not recognized as a valid TimeSpan."
		tooLong = "!The TimeSpan could not be parsed because at least one of the numeric components is out of range or contains too many digits."
	)
	for _, tc := range []struct{ reason, text, want string }{
		{"days", " 6 ", "6.00:00:00"},
		{"hours and minutes", "6:12", "06:12:00"},
		{"with seconds", "6:12:14", "06:12:14"},
		{"with days", "1.6:12", "1.06:12:00"},
		{"with days and colons", "1:6:12:14", "1.06:12:14"},
		{"with fraction", "6:12:14.45", "06:12:14.4500000"},
		{"all of it, negative", "-6.12:14:45.3448", "-6.12:14:45.3448000"},
		{"the smallest", "-10675199.02:48:05.4775808", "-10675199.02:48:05.4775808"},
		{"beyond the largest", "10675199.02:48:05.4775808", tooLong},
		{"24 hours", "24:00", tooLong},
		{"60 minutes", "0:60", tooLong},
		{"too long a fraction", "0:0:0.12345678", tooLong},
		{"too many days", "99999999", tooLong},
		{"text", "soon", bad},
		{"nothing", "", bad},
		{"a sign alone", "-", bad},
		{"a separator at the end", "1:", bad},
		{"days and hours alone", "1.2", bad},
		{"too many parts", "1:2:3:4:5:6", bad},
	} {
		got, err := dotnet.ParseTimeSpan(tc.text, nil)
		check(t, tc.reason, got.String(), err, tc.want)
	}
}

func TestTimeSpanArithmetic(t *testing.T) {
	const tooLong = "!TimeSpan overflowed because the duration is too long."
	day, hour := dotnet.TimeSpan(dotnet.TicksPerDay), dotnet.TimeSpan(dotnet.TicksPerHour)
	for _, tc := range []struct {
		reason string
		make   func() (dotnet.TimeSpan, error)
		want   string
	}{
		{"hours with a fraction", func() (dotnet.TimeSpan, error) { return dotnet.FromHours(1.5) }, "01:30:00"},
		{"rounded to the millisecond", func() (dotnet.TimeSpan, error) { return dotnet.FromSeconds(1.23456) }, "00:00:01.2350000"},
		{"rounded away from zero", func() (dotnet.TimeSpan, error) { return dotnet.FromMilliseconds(-1.5) }, "-00:00:00.0020000"},
		{"too many days", func() (dotnet.TimeSpan, error) { return dotnet.FromDays(1e9) }, tooLong},
		{"not a number", func() (dotnet.TimeSpan, error) { return dotnet.FromMinutes(math.NaN()) }, "!TimeSpan does not accept floating point Not-a-Number values."},
		{"units add up", func() (dotnet.TimeSpan, error) { return dotnet.NewTimeSpan(1, 25, -60, 0, 1) }, "2.00:00:00.0010000"},
		{"units beyond the range", func() (dotnet.TimeSpan, error) { return dotnet.NewTimeSpan(math.MaxInt32, 0, 0, 0, 0) }, tooLong},
		{"sum", func() (dotnet.TimeSpan, error) { return day.Add(hour) }, "1.01:00:00"},
		{"overflow of a sum", func() (dotnet.TimeSpan, error) { return dotnet.MaxTimeSpan.Add(1) }, tooLong},
		{"difference", func() (dotnet.TimeSpan, error) { return hour.Sub(day) }, "-23:00:00"},
		{"overflow of a difference", func() (dotnet.TimeSpan, error) { return dotnet.MinTimeSpan.Sub(1) }, tooLong},
		{"negate the smallest", dotnet.MinTimeSpan.Negate, "!Negating the minimum value of a twos complement number is invalid."},
		{"duration", (-hour).Duration, "01:00:00"},
	} {
		got, err := tc.make()
		check(t, tc.reason, got.String(), err, tc.want)
	}
	span := -(day + hour + dotnet.TimeSpan(7*dotnet.TicksPerMillisecond))
	if span.Days() != -1 || span.Hours() != -1 || span.Milliseconds() != -7 {
		t.Errorf("components bear the sign of the span: %d %d %d", span.Days(), span.Hours(), span.Milliseconds())
	}
	check(t, "total", strconv.FormatFloat((day+day/2).TotalHours(), 'g', -1, 64), nil, "36")
	check(t, "total of the largest", strconv.FormatFloat(dotnet.MaxTimeSpan.TotalMilliseconds(), 'f', -1, 64), nil, "922337203685477")
}
