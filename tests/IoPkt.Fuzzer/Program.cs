using IoPkt.Fuzzer;

return await FuzzerCommand.Create().Parse(args).InvokeAsync();
