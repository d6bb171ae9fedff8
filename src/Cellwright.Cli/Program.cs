return Cellwright.Cli.CommandLine.Run(args, Console.Out, Console.Error);
