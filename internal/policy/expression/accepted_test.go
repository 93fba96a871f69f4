package expression_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/expression"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

const signingKey = `context.Deployment.Certificates["9B00C3D8EB77886EAE5C8A12374D73DA0AC8A38E"].PrivateKey`

// samples are expressions by the type of what they give.
var samples = map[string]string{
	"string": `"1"`, "int": "1", "long": "1L", "uint": "1u", "ulong": "1ul", "short": "((short)1)", "ushort": "((ushort)1)", "byte": "((byte)1)", "sbyte": "((sbyte)1)",
	"double": "1.5", "float": "1.5f", "decimal": "1.5m", "bool": "true", "char": "'a'", "object": `((object)"1")`, "byte[]": "new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }",
	"char[]": "new[] { 'a' }", "string[]": `new[] { "a", "b" }`, "object[]": `new object[] { "a", 1 }`, "int[]": "new[] { 2, 1 }", "Array": "(Array)new[] { 2, 1 }",
	"DateTime": "DateTime.UtcNow", "DateTimeOffset": "DateTimeOffset.UtcNow", "TimeSpan": "TimeSpan.FromSeconds(1)", "Guid": "Guid.NewGuid()", "Random": "new Random(1)",
	"Uri": `new Uri("https://a.example/b?c=d")`, "StringBuilder": `new StringBuilder("abc")`, "Regex": `new Regex("a")`, "Match": `Regex.Match("a", "(a)")`, "Encoding": "Encoding.UTF8",
	"Group": `Regex.Match("a", "(a)").Groups[1]`, "GroupCollection": `Regex.Match("a", "(a)").Groups`, "MatchCollection": `Regex.Matches("aa", "a")`,
	"JToken": `JToken.Parse("{\"a\":[1]}")`, "JObject": `JObject.Parse("{\"a\":1}")`, "JArray": "new JArray(1, 2)", "JValue": "new JValue(1)", "JProperty": `new JProperty("a", 1)`,
	"JContainer": "(JContainer)new JArray(1, 2)", "Type": `"a".GetType()`, "Exception": `new Exception("a")`, "StringComparer": "StringComparer.Ordinal",
	"IResponse": "context.Response", "IRequest": "context.Request", "IUrl": "context.Request.Url", "IMessageBody": "context.Request.Body", "IProxyRequestContext": "context",
	"IApi": "context.Api", "IOperation": "context.Operation", "IProduct": "context.Product", "ISubscription": "context.Subscription", "IDeployment": "context.Deployment",
	"ILastError": "context.LastError", "IUser": "context.User", "Jwt": `context.Request.Headers.GetValueOrDefault("Authorization", "").Substring(7).AsJwt()`,
	"HashAlgorithm": "(HashAlgorithm)new SHA256Managed()", "Enum": "(Enum)DayOfWeek.Monday",
	"Dictionary<string, string>": `new Dictionary<string, string> { { "a", "b" } }`, "List<string>": `new List<string> { "a", "b" }`, "HashSet<string>": `new HashSet<string> { "a" }`,
	"Queue<string>": `new Queue<string>(new[] { "a" })`, "Stack<string>": `new Stack<string>(new[] { "a" })`, "KeyValuePair<string, string>": `new KeyValuePair<string, string>("a", "b")`,
	"IEnumerable<string>": `new[] { "a", "b" }`, "IEnumerable<object>": `new object[] { "a" }`, "IDictionary<string, string>": `new Dictionary<string, string> { { "a", "b" } }`,
	"IReadOnlyDictionary<string, string>": "context.Request.MatchedParameters", "IReadOnlyDictionary<string, object>": "context.Variables", "IReadOnlyDictionary<string, string[]>": "context.Request.Headers",
	"Func<string, bool>": "(string x) => true", "Func<string, string>": "(string x) => x", "Func<string, int>": "(string x) => 1", "Func<string, string, string>": "(string x, string y) => x + y",
	"Func<string, string, bool>": "(string x, string y) => true", "Func<string, int, bool>": "(string x, int i) => true", "Func<string, int, string>": "(string x, int i) => x",
	"IList<string>": `new List<string> { "a", "b" }`, "ICollection<string>": `new List<string> { "a", "b" }`, "IReadOnlyList<string>": `new List<string> { "a", "b" }`,
	"Predicate<string>": "x => true", "Action<string>": "x => { }", "Comparison<string>": "(x, y) => 0", "Func<string, IEnumerable<string>>": "(string x) => new[] { x }",
	"X509Certificate2": `context.Deployment.Certificates["9B00C3D8EB77886EAE5C8A12374D73DA0AC8A38E"]`, "Capture": `Regex.Match("a", "(a)").Groups[1].Captures[0]`, "Func<string, object>": "(string x) => (object)x",
	"IEqualityComparer<string>": "StringComparer.Ordinal", "IComparer<string>": "StringComparer.Ordinal", "MatchEvaluator": `m => "x"`, "IEnumerable<char>": `"ab"`,
	"IGrouping<string, string>": `new[] { "a" }.GroupBy(x => x).First()`, "ILookup<string, string>": `new[] { "a" }.ToLookup(x => x)`, "IEnumerable<JToken>": "new JArray(1, 2)",
	"IEnumerable<JObject>": "new[] { new JObject() }", "IOrderedEnumerable<string>": `new[] { "a" }.OrderBy(x => x)`, "IEnumerable<int>": "new[] { 1, 2 }", "Func<string, double>": "(string x) => 1.5",
	"IFormatProvider": "null", "CultureInfo": "null", "IReadOnlyCollection<string>": `new List<string> { "a" }`, "IComparable": `"a"`, "IDisposable": "MD5.Create()", "HMAC": "new HMACSHA256()",
	"IEnumerable<KeyValuePair<string, string>>": `new Dictionary<string, string> { { "a", "b" } }`, "KeyedHashAlgorithm": "(KeyedHashAlgorithm)new HMACSHA256()", "JConstructor": `(JConstructor)JToken.Parse("new a(1)")`,
	"IBackend": "context.Backend", "IContextApi": "context.Api", "IGateway": "context.Gateway", "IWorkspace": "context.Workspace", "IGroup": "context.User.Groups.First()",
	"IUserIdentity": "context.User.Identities.First()", "ISubscriptionKeyParameterNames": "context.Api.SubscriptionKeyParameterNames", "Func<string, long>": "(string x) => 1L", "Func<string, decimal>": "(string x) => 1m",
	"Func<string, float>": "(string x) => 1f", "SHA256": "SHA256.Create()", "MD5": "MD5.Create()", "SHA1": "SHA1.Create()", "SHA384": "SHA384.Create()", "SHA512": "SHA512.Create()",
	"IPAddress": `IPAddress.Parse("::1")`, "StringReader": `new StringReader("a")`, "IEnumerable": `new[] { "a" }`, "Func<string, int, IEnumerable<string>>": "(string x, int i) => new[] { x }",
	"Func<string, int?>": "(string x) => (int?)1", "Func<string, long?>": "(string x) => (long?)1", "Func<string, double?>": "(string x) => (double?)1", "Func<string, decimal?>": "(string x) => (decimal?)1",
	"Func<string, float?>": "(string x) => (float?)1", "Func<string, IEnumerable<string>, string>": "(string x, IEnumerable<string> xs) => x",
	"IEnumerable<long>": "new[] { 1L }", "IEnumerable<double>": "new[] { 1.5 }", "IEnumerable<decimal>": "new[] { 1m }", "IEnumerable<float>": "new[] { 1f }",
	"IEnumerable<int?>": "new int?[] { 1 }", "IEnumerable<long?>": "new long?[] { 1 }", "IEnumerable<double?>": "new double?[] { 1 }", "IEnumerable<decimal?>": "new decimal?[] { 1 }",
	"TimeZoneInfo":        `TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")`,
	"AsymmetricAlgorithm": signingKey, "RSA": "(RSA)" + signingKey, "HashAlgorithmName": "HashAlgorithmName.SHA256", "RSASignaturePadding": "RSASignaturePadding.Pkcs1", "RSAEncryptionPadding": "RSAEncryptionPadding.Pkcs1",
	"XElement": `XElement.Parse("<a x='1'><b/>c</a>")`, "XDocument": `XDocument.Parse("<a/>")`, "XNode": `XElement.Parse("<a><b/></a>").FirstNode`, "XContainer": `XElement.Parse("<a><b/></a>")`,
	"XObject": `XElement.Parse("<a><b/></a>").FirstNode`, "XAttribute": `XElement.Parse("<a x='1' y='2'/>").FirstAttribute`, "XName": `XName.Get("{u}a")`, "XNamespace": `XNamespace.Get("u")`,
	"XText": `new XText("a")`, "XCData": `new XCData("a")`, "XComment": `new XComment("a")`, "XProcessingInstruction": `new XProcessingInstruction("a", "b")`,
	"XDocumentType": `new XDocumentType("a", null, "b", null)`, "XDeclaration": `new XDeclaration("1.0", null, null)`, "IEnumerable<XElement>": `XElement.Parse("<a><b/></a>").Elements()`,
	"IEnumerable<XNode>": `XElement.Parse("<a><b/></a>").Nodes()`, "IEnumerable<XContainer>": `XElement.Parse("<a><b/></a>").Elements()`, "IEnumerable<XAttribute>": `XElement.Parse("<a x='1'/>").Attributes()`,
}

// sampleOf is an expression of a type; type parameters are taken as string.
func sampleOf(t *library.Type) (string, bool) {
	name := strings.TrimSuffix(typeText(t), "?")
	if s, ok := samples[name]; ok {
		return s, true
	}
	if short, _, generic := strings.Cut(name, "<"); generic && (short == "Tuple" || short == "ValueTuple") {
		return "new " + name + "(" + strings.TrimSuffix(strings.Repeat(`"a", `, len(t.Arguments())), ", ") + ")", true
	}
	if t.IsEnum() && len(t.EnumValues()) > 0 {
		return t.String() + "." + t.EnumValues()[0].Name, true
	}
	if constructors := t.Constructors(); len(constructors) > 0 && !t.HasParameters() && len(constructors[0].Parameters) == 0 {
		return "new " + name + "()", true
	}
	return "", false
}

func typeText(t *library.Type) string {
	if t.IsParameter() {
		return "string"
	}
	if t.IsArray() {
		return typeText(t.Element()) + "[]"
	}
	arguments := t.Arguments()
	if len(arguments) == 0 || t.IsNullable() {
		return t.String()
	}
	texts := make([]string, len(arguments))
	for i, each := range arguments {
		texts[i] = typeText(each)
	}
	name, _, _ := strings.Cut(t.String(), "<")
	return name + "<" + strings.Join(texts, ", ") + ">"
}

// use is an expression that uses a member; ok is false where there is no sample for
// a type that it needs.
func use(m *library.Member) (code string, ok bool) {
	parameters := m.Parameters
	receiver := typeText(m.Declaring)
	switch {
	case m.Extension:
		first, found := sampleOf(parameters[0].Type)
		if !found {
			return "", false
		}
		receiver, parameters = "("+first+")", parameters[1:]
	case !m.Static:
		sample, found := sampleOf(m.Declaring)
		if !found {
			return "", false
		}
		receiver = "(" + sample + ")"
	}
	before := ""
	arguments := make([]string, len(parameters))
	for i, p := range parameters {
		sample, found := sampleOf(p.Type)
		switch {
		case p.Out:
			arguments[i] = "out var o" + string(rune('a'+i))
		case p.Params:
			sample, found = sampleOf(p.Type.Element())
			arguments[i] = sample
		default:
			arguments[i] = sample
		}
		if !found && !p.Out {
			return "", false
		}
	}
	list := strings.Join(arguments, ", ")
	call := receiver + "." + m.Name
	switch {
	case m.Name == "new":
		call = "new " + receiver + "(" + list + ")"
	case m.Callable:
		if len(m.TypeParameters) > 0 && !m.Extension {
			call += "<" + strings.TrimSuffix(strings.Repeat("string, ", len(m.TypeParameters)), ", ") + ">"
		}
		call += "(" + list + ")"
	case len(parameters) > 0:
		call = receiver + "[" + list + "]"
	}
	if m.Result == nil || m.Result.String() == "void" {
		return "@{ " + before + call + "; return 1; }", true
	}
	return "@{ " + before + "object result = " + call + "; return result == null ? \"\" : result.ToString(); }", true
}

// unable are the words of what cannot be run.
var unable = []string{"internal error", "cannot be run here", "not available here", "takes more steps"}

// What compiles can run: every member of the library either works, throws as .NET
// does, or is refused when the expression is compiled.
func TestAcceptedMembersRun(t *testing.T) {
	t.Parallel()
	l := library.New()
	compiler := expression.NewCompiler(l)
	all := l.Members()
	total, used := 0, 0
	var missing, failed []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for _, m := range all[name] {
			total++
			code, ok := use(m)
			if !ok {
				missing = append(missing, name+": "+m.Signature())
				continue
			}
			mark, got := evaluate(compiler, code)
			if mark == "!!" {
				missing = append(missing, name+": "+m.Signature()+": "+code+": "+got)
				continue
			}
			used++
			if mark == "~>" && slices.ContainsFunc(unable, func(words string) bool { return strings.Contains(got, words) }) {
				failed = append(failed, code+": "+got)
			}
		}
	}
	require.Empty(t, failed, strings.Join(failed, "\n"))
	t.Logf("%d of %d members used; not used:\n%s", used, total, strings.Join(missing, "\n"))
	require.Greater(t, used*100, total*97, "%d of %d members are used", used, total)
}
