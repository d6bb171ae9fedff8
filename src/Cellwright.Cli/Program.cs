Cellwright.Cli.FileSizeLimit.MakeError();
return Cellwright.Cli.CommandLine.Run(args, Console.Out, Console.Error);
