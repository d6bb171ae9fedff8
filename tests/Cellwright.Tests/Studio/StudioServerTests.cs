using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Cellwright.Equations;
using Cellwright.Graphs;
using Cellwright.Studio;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Studio;

public sealed class StudioServerTests : IAsyncLifetime, IDisposable
{
    private readonly HttpClient client = new();
    private StudioServer server = null!;

    public async Task InitializeAsync() => server = await StudioServer.Start(new StudioOptions());

    public async Task DisposeAsync() => await server.DisposeAsync();

    public void Dispose() => client.Dispose();

    [Fact]
    public async Task The_address_is_this_machines_own_with_a_token_of_192_bits()
    {
        server.Address.Host.ShouldBe("127.0.0.1");
        server.Address.Segments[1].Length.ShouldBe(49);
        (await client.GetAsync(new Uri(server.Address, "api/session"))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/session")]
    [InlineData("/000000000000000000000000000000000000000000000000/api/session")]
    [InlineData("//api/session")]
    public async Task Without_the_token_nothing_is_answered(string path)
    {
        HttpResponseMessage answer = await client.GetAsync(new Uri($"http://127.0.0.1:{server.Address.Port}{path}"));

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("the address lacks its token");
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Another_page_is_refused_with_the_token_too(string header, string value)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(server.Address, "api/session"));
        request.Headers.TryAddWithoutValidation(header, value);

        HttpResponseMessage answer = await client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("does not answer to other pages");
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("127.0.0.1:1")]
    public async Task A_name_that_somebody_else_resolves_to_this_machine_is_refused(string host)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(server.Address, "api/session"));
        request.Headers.Host = host.Contains(':', StringComparison.Ordinal) ? host : $"{host}:{server.Address.Port}";

        HttpResponseMessage answer = await client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("127.0.0.1 and localhost only");
    }

    [Fact]
    public async Task What_the_page_may_load_is_named_and_nobody_may_frame_it()
    {
        HttpResponseMessage answer = await client.GetAsync(new Uri(server.Address, "api/session"));

        string policy = string.Join(' ', answer.Headers.GetValues("Content-Security-Policy"));
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("script-src 'self';");
        policy.ShouldContain("frame-ancestors 'none'");
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        answer.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        answer.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
    }

    [Theory]
    [InlineData("..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("assets/..%2f..%2fCellwright.dll")]
    [InlineData("%2fetc%2fpasswd")]
    [InlineData("page/index.html")]
    [InlineData("assets/none.js")]
    public async Task No_address_leads_to_a_file_that_is_not_the_pages(string path)
    {
        string answer = await Raw($"GET {server.Address.AbsolutePath}{path} HTTP/1.1\r\nHost: {server.Address.Authority}\r\nConnection: close\r\n\r\n");

        answer.ShouldStartWith("HTTP/1.1 404");
        answer.ShouldContain("there is no such page");
    }

    [Theory]
    [InlineData("api/cell", "{", 400, "not the JSON that was expected")]
    [InlineData("api/cell", "[1, 2]", 400, "not the JSON that was expected")]
    [InlineData("api/cell", "null", 400, "the request is empty")]
    [InlineData("api/cell", "{}", 400, "a cell is a text")]
    [InlineData("api/cell", """{"text": "h = tanh(W x + U h[t-1])", "hidden": 100000}""", 400, "from 1 to 512")]
    [InlineData("api/cell", """{"text": "width a = hidden/2\na = W x\nh = tanh(V a + U h[t-1])", "hidden": 7}""", 400, "no whole numbers for hidden 7")]
    [InlineData("api/run", """{"text": ""}""", 400, "a text to run has 1 to 4,000 characters")]
    [InlineData("api/run", """{"text": "abc", "model": "m9"}""", 404, "no such model")]
    [InlineData("api/run", """{"text": "abc", "cellText": "h = tahn(x)"}""", 400, "`tahn`")]
    [InlineData("api/step", """{"run": "r9", "layer": 0, "step": 0, "unit": 0}""", 404, "this run is gone")]
    [InlineData("api/gradients", """{"cells": []}""", 400, "give 1 to 6 cells")]
    [InlineData("api/gradients", """{"cells": [{"name": "a", "text": "h = x + h[t-1]"}], "length": 100000}""", 400, "a length from 2 to 1000")]
    [InlineData("api/train", """{"cells": [{"name": "a", "text": "h = tanh(W x + U h[t-1])"}], "text": "abc"}""", 400, "character")]
    [InlineData("api/train", """{"cells": [], "text": "abc"}""", 400, "give 1 or 2 cells")]
    [InlineData("api/train", """{"cells": [{"name": "a", "text": "h = tanh(W x + U h[t-1])"}], "task": "chess"}""", 400, "there are adding, copy, order, reber, anbncn, noisy")]
    [InlineData("api/train", """{"cells": [{"name": "a", "text": "h = tanh(W x + U h[t-1])"}], "task": "adding", "length": 5000}""", 400, "a length of 4 to 400 (steps)")]
    [InlineData("api/train", """{"cells": [{"name": "a", "text": "h = tanh(W x + U h[t-1])"}], "task": "adding", "hidden": 100000}""", 400, "from 1 to 256")]
    [InlineData("api/gradients", """{"models": ["m9"]}""", 404, "no such model")]
    [InlineData("api/gradients", """{"models": ["a", "b", "c", "d", "e", "f", "g"]}""", 400, "give 1 to 6 cells")]
    [InlineData("api/series", """{"model": "m9"}""", 404, "no such model")]
    [InlineData("api/sequence", """{"model": "m9"}""", 404, "no such model")]
    [InlineData("api/sequence", """{"model": "m9", "number": -1}""", 400, "a number from 0 to 1,000,000")]
    public async Task A_bad_request_is_answered_with_a_sentence(string address, string body, int status, string sentence)
    {
        HttpResponseMessage answer = await Post(address, body);

        ((int)answer.StatusCode).ShouldBe(status);
        string text = await answer.Content.ReadAsStringAsync();
        text.Replace("\\u0060", "`", StringComparison.Ordinal).ShouldContain(sentence);
        text.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_request_that_is_too_long_is_refused()
    {
        HttpResponseMessage answer = await Post("api/cell", $$"""{"text": "{{new string('x', 300_000)}}"}""");

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("longer than 256 KiB");
    }

    [Fact]
    public async Task A_wrong_cell_comes_back_with_the_tools_own_words_and_the_place()
    {
        string answer = await (await Post("api/cell", """{"text": "h = tahn(W x + U h[t-1])"}""")).Content.ReadAsStringAsync();

        using JsonDocument reply = JsonDocument.Parse(answer);
        JsonElement problem = reply.RootElement.GetProperty("problem");
        problem.GetProperty("message").GetString().ShouldBe(Should.Throw<EquationException>(() => Cell.Parse("h = tahn(W x + U h[t-1])")).Message);
        (problem.GetProperty("start").GetInt32(), problem.GetProperty("end").GetInt32()).ShouldBe((4, 8));
    }

    private Task<HttpResponseMessage> Post(string address, string body) =>
        client.PostAsync(new Uri(server.Address, address), new StringContent(body, Encoding.UTF8, "application/json"));

    // As it is written: a client would tidy the address up.
    private async Task<string> Raw(string request)
    {
        using TcpClient connection = new();
        await connection.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        await using NetworkStream stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using StreamReader reader = new(stream);
        return await reader.ReadToEndAsync();
    }
}
