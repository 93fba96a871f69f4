// What the expressions of BenchmarkBesideMono see in C#: the interfaces that Microsoft's reference lists
// ("API Management policy expressions", context variable), over the values of suiteEnv in ../../suite_test.go.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;

public interface IProxyRequestContext
{
    IRequest Request { get; }
    IResponse Response { get; }
}

public interface IRequest
{
    string Method { get; }
    IUrl Url { get; }
    IReadOnlyDictionary<string, string[]> Headers { get; }
    IMessageBody Body { get; }
}

public interface IResponse
{
    int StatusCode { get; }
}

public interface IUrl
{
    string Path { get; }
}

public interface IMessageBody
{
    T As<T>(bool preserveContent = false);
}

public static class DictionaryExtensions
{
    public static string GetValueOrDefault(this IReadOnlyDictionary<string, string[]> headers, string name, string otherwise)
    {
        string[] values;
        return headers.TryGetValue(name, out values) ? string.Join(",", values) : otherwise;
    }
}

public class Call : IProxyRequestContext, IRequest, IResponse, IUrl, IMessageBody
{
    private const string text = @"{""model"":""gpt-4o"",""n"":3,""temperature"":0.7,""stream"":false,""stop"":null,""created"":""2026-01-02T03:04:05Z"",""messages"":[{""role"":""system"",""content"":""be brief""},{""role"":""user"",""content"":""h\u00e9llo""}]}";
    private readonly byte[] body = System.Text.Encoding.UTF8.GetBytes(text);
    private readonly Dictionary<string, string[]> headers = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase)
    {
        { "Content-Type", new[] { "application/json" } },
        { "X-Many", new[] { "a", "b" } },
        { "Authorization", new[] { "Bearer x" } },
    };

    public IRequest Request { get { return this; } }
    public IResponse Response { get { return this; } }
    public string Method { get { return "POST"; } }
    public IUrl Url { get { return this; } }
    public IReadOnlyDictionary<string, string[]> Headers { get { return headers; } }
    public IMessageBody Body { get { return this; } }
    public int StatusCode { get; private set; }
    public string Path { get; private set; }

    public Call()
    {
        StatusCode = 429;
        Path = "/openai/deployments/gpt/chat";
    }

    public T As<T>(bool preserveContent = false)
    {
#if JSON
        return (T)(object)Newtonsoft.Json.Linq.JToken.Parse(System.Text.Encoding.UTF8.GetString(body));
#else
        throw new NotSupportedException();
#endif
    }
}

public static class Program
{
    // Each line of input is the number of an expression and how often to evaluate it; each line of
    // output the nanoseconds that one evaluation took.
    public static void Main()
    {
        var call = new Call();
        for (var line = Console.ReadLine(); line != null; line = Console.ReadLine())
        {
            var words = line.Split(' ');
            var expression = Expressions.All[int.Parse(words[0])];
            var times = int.Parse(words[1]);
            object last = null;
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < times; i++)
            {
                last = expression(call);
            }
            var nanoseconds = watch.Elapsed.TotalMilliseconds * 1e6 / times;
            Console.WriteLine(nanoseconds.ToString("R", CultureInfo.InvariantCulture) + " " + last);
            Console.Out.Flush();
        }
    }
}
