package isoduration_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/isoduration"
)

const refused = -1

// The numbers are ticks of 100 nanoseconds, as XmlConvert.ToTimeSpan of System.Xml 4.0 gave
// them on Mono 6.8.0.105; refused where it threw a FormatException.
func TestParseGivesWhatDotNetGives(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		reason, text string
		ticks        int64
	}{
		{"a minute", "PT1M", 600000000},
		{"more seconds than a minute has", "PT120S", 1200000000},
		{"more minutes than an hour has", "PT90M", 54000000000},
		{"a zero before the digit", "PT01M", 600000000},
		{"hours and minutes", "PT1H30M", 54000000000},
		{"days", "P7D", 6048000000000},
		{"days and hours", "P1DT2H", 936000000000},
		{"no time at all", "PT0S", 0},
		{"zero days", "P0D", 0},
		{"all parts", "P0DT0H0M0.0S", 0},
		{"half a second", "PT0.5S", 5000000},
		{"no digit before the point", "PT.5S", 5000000},
		{"no digit after the point", "PT1.S", 10000000},
		{"the point alone", "PT1M.S", 600000000},
		{"a fraction after hours", "PT1H.5S", 36005000000},
		{"seven digits", "PT0.1234567S", 1234567},
		{"the eighth digit is cut", "PT0.12345678S", 1234567},
		{"cut, not rounded", "PT0.99999999S", 9999999},
		{"less than a tick", "PT0.000000001S", 0},
		{"the largest part", "PT2147483647S", 21474836470000000},
		{"the most days that time.Duration holds", "P106751D", 92232864000000000},

		{"nothing", "", refused},
		{"P alone", "P", refused},
		{"PT alone", "PT", refused},
		{"T without a time", "P1DT", refused},
		{"no P", "1M", refused},
		{"small letters", "pt1m", refused},
		{"a small unit", "PT1m", refused},
		{"weeks", "P1W", refused},
		{"weeks and hours", "P2WT1H", refused},
		{"a comma", "PT0,5S", refused},
		{"a fraction of minutes", "PT1.5M", refused},
		{"a fraction of days", "P1.5D", refused},
		{"a unit without a number", "PTS", refused},
		{"a number without a unit", "PT60", refused},
		{"days without a unit", "P1", refused},
		{"the wrong order", "PT1S1M", refused},
		{"a unit twice", "PT1H1H", refused},
		{"plus", "+PT1M", refused},
		{"a sign inside", "PT-1M", refused},
		{"a space inside", "PT 1M", refused},
		{"a span", "00:01:00", refused},
		{"one more than 32 bits hold", "PT2147483648S", refused},
	} {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			got, err := isoduration.Parse(c.text)
			if c.ticks == refused {
				require.ErrorContains(t, err, `"`+c.text+`"`)
				return
			}
			require.NoError(t, err)
			require.Equal(t, time.Duration(c.ticks)*100, got)
		})
	}
}

// .NET takes these: in a resource they are slips, or longer than a time.Duration.
func TestParseRefusesWhatIsASlip(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ reason, text string }{
		{"30 days to .NET, a minute to whoever wrote it", "P1M"},
		{"365 days to .NET", "P1Y"},
		{"both", "P1Y2M3DT4H5M6.789S"},
		{"time backwards", "-PT1M"},
		{"spaces around", " PT1M "},
		{"a line's end", "PT1M\n"},
		{"292 years and some days", "P106752D"},
		{"too long by its fraction", "P106751DT23H47M16.9S"},
		{"too long by its seconds", "P106751DT2147483647S"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			_, err := isoduration.Parse(c.text)
			require.Error(t, err)
		})
	}
}
