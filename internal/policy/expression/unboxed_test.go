package expression_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/expression"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// TestNumbersWithoutBoxes runs blocks whose numbers and bools are computed unboxed, as long as no lambda shares
// them. The values are those of Mono 6.8 (mcs; of local functions, which mcs does not know, those of the same
// lambdas).
func TestNumbersWithoutBoxes(t *testing.T) {
	t.Parallel()
	compiler := expression.NewCompiler(library.New())
	for _, c := range []struct{ reason, code, want string }{
		{
			"a for loop has one variable for all its rounds",
			`var fs = new List<Func<int>>(); for (var i = 0; i < 3; i++) { fs.Add(() => i); } return string.Join(",", fs.Select(f => f()));`,
			"3,3,3",
		},
		{
			"a variable of the body is new in each round",
			`var fs = new List<Func<int>>(); for (var i = 0; i < 3; i++) { var j = i; fs.Add(() => j++); } return string.Join(",", fs.Select(f => f() + f()));`,
			"1,3,5",
		},
		{
			"foreach has a variable for each round",
			`var fs = new List<Func<long>>(); foreach (int i in new[] { 5, 6 }) { fs.Add(() => i); } return string.Join(",", fs.Select(f => f()));`,
			"5,6",
		},
		{
			"a lambda changes an int, a long, a double and a bool",
			`int n = 1; long m = 1L << 40; double d = 0.5; bool b = false; Action a = () => { n++; m += n; d /= 2; b = !b; }; a(); a.Invoke(); a(); return n + " " + m + " " + d + " " + b;`,
			"4 1099511627785 0.0625 True",
		},
		{
			"a lambda sees what is assigned later",
			`double d = 1; Func<double> f = () => d; d = 2.5; return f() + d;`,
			"5",
		},
		{
			"a variable begins anew after a lambda took it",
			`var all = ""; for (var i = 0; i < 2; i++) { int n = 7; Func<int> f = () => ++n; all += f() + n.ToString() + ";"; } return all;`,
			"88;88;",
		},
		{
			"a local function has variables of its own in each call",
			`int F(int x) { var y = x; if (x > 0) { y += F(x - 1); } return y + x; } return F(20);`,
			"420",
		},
		{
			"out arguments of a local function",
			`void F(out int n, out double d, out bool b) { n = 3; d = 1.5; b = true; } int n0; double d0; bool b0; F(out n0, out d0, out b0); return n0 + " " + d0 + " " + b0;`,
			"3 1.5 True",
		},
		{
			"out arguments that a failed parse sets",
			`int n = 5; long m = 6; var a = int.TryParse("x", out n); var b = long.TryParse("77", out m); return a + " " + n + " " + b + " " + m;`,
			"False 0 True 77",
		},
		{
			"a box keeps its value",
			`int n = 1; object o = n; n = 2; return o + " " + n;`,
			"1 2",
		},
		{
			"a sum wraps around",
			`int n = int.MaxValue; n++; long m = long.MaxValue; m += 2; return n + " " + m;`,
			"-2147483648 -9223372036854775807",
		},
		{
			"a checked sum throws",
			`int n = int.MaxValue; try { checked { n++; } } catch (OverflowException e) { return e.GetType().Name + n; } return n;`,
			"OverflowException2147483647",
		},
		{
			"a checked product of longs throws",
			`long n = long.MaxValue; try { n = checked(n * 2); } catch (OverflowException e) { return e.GetType().Name + n; } return n;`,
			"OverflowException9223372036854775807",
		},
		{
			"the least int cannot be divided by -1",
			`int n = int.MinValue, z = -1; try { n /= z; } catch (OverflowException) { n = 4; } try { n %= z + 1; } catch (DivideByZeroException) { n += 1; } return n;`,
			"5",
		},
		{
			"division by a constant",
			`int n = -7; long m = -7; double d = -7; return (n / 2) + " " + (n % 2) + " " + (m / 2) + " " + (m % 4) + " " + (d / 2) + " " + (d % 4);`,
			"-3 -1 -3 -3 -3.5 -3",
		},
		{
			"NaN compares with nothing",
			`double n = double.NaN, m = 1; return (n == n) + "/" + (n != n) + "/" + (n < m) + "/" + (n >= m) + "/" + (m > 0 || n > 0);`,
			"False/True/False/False/True",
		},
		{
			"a long becomes a double, and an int a long",
			`int n = 3; long m = 9007199254740993; double d = n; d += m; m -= n; return (d == 9007199254740996.0) + "/" + m + "/" + (n < m) + "/" + (n == 3.0);`,
			"True/9007199254740990/True/True",
		},
		{
			"narrow types are computed as int",
			`byte b = 250; b += 10; short s = 7; s *= 3; char c = 'a'; c++; return b + " " + s + " " + c;`,
			"4 21 b",
		},
		{
			"order of operands",
			`int i = 1; var a = i++ + ++i * i--; var b = i += i++ * 2; return a + " " + b + " " + i;`,
			"10 6 6",
		},
		{
			"an assignment is a value",
			`int a, b; a = b = 3; var c = (a += 2) * (b -= 1); return a + " " + b + " " + c;`,
			"5 2 10",
		},
		{
			"both sides of an and, an or and an xor of bools are computed",
			`int n = 0; Func<bool, bool> f = v => { n++; return v; }; var r = f(false) & f(true) | f(true) ^ f(true); var s = f(false) && f(true) || !f(false); return n + " " + r + " " + s;`,
			"6 False True",
		},
		{
			"nullable numbers over plain ones",
			`int n = 2; int? a = n, none = null; n++; return (a + n) + "/" + (none + n).HasValue + "/" + (none < n) + "/" + (a < n) + "/" + (none ?? n) + "/" + (a ?? n);`,
			"5/False/False/True/3/2",
		},
		{
			"what stands in the condition of a switch",
			`int n = 2; var s = ""; for (long m = 0; m < 4; m++) { switch (m) { case 1: s += "one"; break; case 2: case 3: s += n; break; default: s += "-"; break; } } return s;`,
			"-one22",
		},
		{
			"a pattern declares an int",
			`object o = 41; if (o is int k) { k++; Func<int> f = () => k; return f(); } return 0;`,
			"42",
		},
		{
			"an int that a catch changes",
			`int n = 0; for (var i = 0; i < 5; i++) { try { n += 10 / (i - 2); } catch (DivideByZeroException) { n += 100; continue; } finally { n++; } } return n;`,
			"105",
		},
		{
			"an exception among the arguments of calls",
			`var n = 0; for (var i = 0; i < 300; i++) { try { n += string.Concat("a", string.Concat("b", int.Parse("x" + i).ToString(), "c"), "d").Length; } catch (FormatException) { n++; } } return n + string.Concat("a", string.Concat("b", string.Concat("c", "d", "e".Replace("e", "f"))), "g");`,
			"300abcdfg",
		},
		{
			"calls within calls within calls",
			`return string.Concat("1", string.Concat("2", string.Concat("3", string.Concat("4", string.Concat("5", "6".PadLeft(2, '0'), "7"), "8"), "9"), "a"), "b", string.Join("-", new[] { "x", "y" }.Select(s => string.Concat(s, s.ToUpper(), s))));`,
			"1234506789abxXx-yYy",
		},
		{
			"a method as a delegate, called late",
			`Func<string, int> f = int.Parse; var n = 1; foreach (var s in new[] { "2", "3" }) { n *= f(s) + n; } return n + string.Join(",", new[] { "4", "5" }.Select(int.Parse).Select(i => i * n));`,
			"1872,90",
		},
		{
			"lambdas within lambdas over numbers",
			`int n = 1; return string.Join(",", Enumerable.Range(1, 3).Select(i => { n += i; return Enumerable.Range(1, i).Select(j => j * n + i).Sum(); })) + n;`,
			"3,16,517",
		},
		{
			"a bool that loops change",
			`bool odd = false; int n = 0; while (!odd || n < 4) { odd = n % 2 == 1; n++; if (n > 100) { break; } } do { odd ^= true; } while (odd); return n + " " + odd;`,
			"4 False",
		},
		{
			"a const and its use",
			`const int k = 7; const double half = 0.5; int n = 3; return (n * k) + " " + (n * half) + " " + (k - n);`,
			"21 1.5 4",
		},
		{
			"shifts and bits",
			`int n = -5; long m = 1; uint u = 1u << 31; return (n >> 1) + " " + (n << 3) + " " + (m << 40) + " " + (u >> 3) + " " + (n & 0xff) + " " + (n | 8) + " " + (n ^ -1) + " " + ~n + " " + -n;`,
			"-3 -40 1099511627776 268435456 251 -5 4 4 5",
		},
		{
			"unassigned parts of a declaration",
			`int a = 1, b = a + 1, c = b * 2; { long d = c; c += (int)d; } return a + " " + b + " " + c;`,
			"1 2 8",
		},
	} {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			compiled, err := compiler.Compile("@{ " + c.code + " }")
			require.NoError(t, err)
			// Twice, since the second one finds what the first one left.
			for range 2 {
				env := suiteEnv()
				v, err := compiled.Evaluate(env)
				require.NoError(t, err)
				text, err := env.Text(compiler.Library(), v)
				require.NoError(t, err)
				require.Equal(t, c.want, text)
			}
		})
	}
}

// TestSequencesOutliveTheirEvaluation goes through sequences after their evaluation has ended and
// others have run.
func TestSequencesOutliveTheirEvaluation(t *testing.T) {
	t.Parallel()
	compiler := expression.NewCompiler(library.New())
	for _, c := range []struct {
		reason, code string
		want         []any
	}{
		{"a lambda's variable", `@{ int n = 3; var all = new[] { 4, 5 }.Select(i => i * n); n = 2; return all; }`, []any{int32(8), int32(10)}},
		{"a method as a delegate", `@(new[] { "4", "5" }.Select(int.Parse))`, []any{int32(4), int32(5)}},
		{"a method of a value", `@{ Func<string, int> f = "a-b".IndexOf; return new[] { "a", "b" }.Select(f); }`, []any{int32(0), int32(2)}},
		{"lambdas within lambdas", `@{ int n = 1; return new[] { 1, 2 }.SelectMany(i => new[] { 10, 20 }.Select(j => i * j + n)); }`, []any{int32(11), int32(21), int32(21), int32(41)}},
		{"what context shows", `@(context.Request.Headers["X-Many"].Select(v => v + context.Response.StatusCode))`, []any{"a429", "b429"}},
	} {
		first, err := compiler.Compile(c.code)
		require.NoError(t, err, c.reason)
		sequence, err := first.Evaluate(suiteEnv())
		require.NoError(t, err, c.reason)
		for _, other := range measured() {
			compiled, err := compiler.Compile(other.code)
			require.NoError(t, err, c.reason)
			_, err = compiled.Evaluate(suiteEnv())
			require.NoError(t, err, c.reason)
		}
		got, err := library.Collect(sequence)
		require.NoError(t, err, c.reason)
		require.Equal(t, c.want, got, c.reason)
	}
}
