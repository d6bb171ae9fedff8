using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Cellwright.Files;

/// <summary>The bytes of a file that is being read: on the disk, mapped into the address space, or in memory already.</summary>
internal sealed unsafe class FileBytes : IDisposable
{
    private readonly SafeFileHandle? handle;
    private readonly ReadOnlyMemory<byte> contents;
    private readonly MemoryMappedViewAccessor? view;
    private readonly byte* mapped;

    private FileBytes(string name, ReadOnlyMemory<byte> contents)
    {
        Name = name;
        this.contents = contents;
        Length = contents.Length;
    }

    private FileBytes(string path, SafeFileHandle handle, bool map)
    {
        Name = path;
        Length = LengthOf(handle, path);
        if (!map || Length == 0)
        {
            this.handle = handle;
            return;
        }

        using FileStream stream = new(handle, FileAccess.Read, bufferSize: 0);
        using MemoryMappedFile file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        view = file.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref mapped);
        mapped += view.PointerOffset;
    }

    /// <summary>The path, or the name given for contents in memory.</summary>
    public string Name { get; }

    /// <summary>How many bytes there are.</summary>
    public long Length { get; }

    /// <summary>Whether <see cref="View"/> can be used: the bytes are in the address space.</summary>
    public bool HasView => mapped != null || handle is null;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">What it should be, for an error: "a safetensors file".</param>
    /// <param name="map">Whether it is mapped into the address space.</param>
    /// <exception cref="InvalidFileException">There is no such file, or it is none to be read at any place.</exception>
    public static FileBytes Open(string path, string expected, bool map = false)
    {
        if (!File.Exists(path))
        {
            throw new InvalidFileException(path, Directory.Exists(path) ? $"it is a folder; {expected} was expected." : "there is no such file.");
        }

        if (!AtomicFile.IsDevice(path) && new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path).Length == 0)
        {
            // Nothing can be read at any place of it. A pipe is of no length too, and opening one waits for a writer.
            return FromMemory(default, path);
        }

        SafeFileHandle handle = File.OpenHandle(path);
        try
        {
            return new FileBytes(path, handle, map);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Bytes that are in memory; they are not copied.</summary>
    public static FileBytes FromMemory(ReadOnlyMemory<byte> contents, string name) => new(name, contents);

    /// <summary>Copies bytes out.</summary>
    /// <param name="offset">The first; all of them have to be within the length that the file had when it was opened.</param>
    /// <param name="destination">Receives them.</param>
    /// <exception cref="InvalidFileException">The file has been cut since it was opened.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        if (HasView)
        {
            View(offset, destination.Length).CopyTo(destination);
            return;
        }

        while (!destination.IsEmpty)
        {
            int read = RandomAccess.Read(handle!, destination, offset);
            if (read == 0)
            {
                throw new InvalidFileException(Name, "it has become shorter while it was being read.");
            }

            destination = destination[read..];
            offset += read;
        }
    }

    /// <summary>Bytes where they are, without a copy; valid until this is disposed.</summary>
    /// <exception cref="InvalidOperationException">The file is neither mapped nor in memory.</exception>
    public ReadOnlySpan<byte> View(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        if (mapped != null)
        {
            ObjectDisposedException.ThrowIf(view!.SafeMemoryMappedViewHandle.IsClosed, this);
            return new ReadOnlySpan<byte>(mapped + offset, length);
        }

        return handle is null ? contents.Span.Slice((int)offset, length) : throw new InvalidOperationException($"{Name} is not mapped");
    }

    public void Dispose()
    {
        if (view is { SafeMemoryMappedViewHandle.IsClosed: false })
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
        }

        handle?.Dispose();
    }

    private static long LengthOf(SafeFileHandle handle, string name)
    {
        try
        {
            return RandomAccess.GetLength(handle);
        }
        catch (NotSupportedException exception)
        {
            throw new InvalidFileException(name, "it is a stream or a device; a regular file was expected.", exception);
        }
    }
}
