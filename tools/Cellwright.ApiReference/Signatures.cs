using Microsoft.CodeAnalysis;

namespace Cellwright.ApiReference;

/// <summary>Declarations as C# writes them, without bodies.</summary>
internal static class Signatures
{
    private const int LongestLine = 120;

    private static readonly SymbolDisplayFormat Names = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters,
        memberOptions: SymbolDisplayMemberOptions.IncludeAccessibility | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeType
            | SymbolDisplayMemberOptions.IncludeRef | SymbolDisplayMemberOptions.IncludeConstantValue,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeModifiers,
        propertyStyle: SymbolDisplayPropertyStyle.NameOnly,
        kindOptions: SymbolDisplayKindOptions.IncludeMemberKeyword,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier
            | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers | SymbolDisplayMiscellaneousOptions.AllowDefaultLiteral);

    /// <summary>The declaration of a type or member.</summary>
    public static string Of(ISymbol symbol) => symbol switch
    {
        INamedTypeSymbol type => OfType(type),
        IPropertySymbol property => OfProperty(property),
        IMethodSymbol method => Listed(method.ToDisplayString(Names), method.Parameters),
        _ => symbol.ToDisplayString(Names),
    };

    private static string OfType(INamedTypeSymbol type)
    {
        string modifiers = type.IsStatic ? "static " : type is { TypeKind: TypeKind.Class, IsAbstract: true } ? "abstract " : type is { TypeKind: TypeKind.Class, IsSealed: true } ? "sealed " : string.Empty;
        string kind = type.TypeKind switch
        {
            TypeKind.Enum => "enum",
            TypeKind.Interface => "interface",
            TypeKind.Struct => (type.IsReadOnly ? "readonly " : string.Empty) + (type.IsRefLikeType ? "ref " : string.Empty) + (type.IsRecord ? "record struct" : "struct"),
            _ => type.IsRecord ? "record" : "class",
        };
        IEnumerable<INamedTypeSymbol> bases = type.BaseType is { SpecialType: SpecialType.None } parent ? [parent] : [];
        string[] above =
        [
            .. bases.Concat(type.Interfaces.Where(each => each.DeclaredAccessibility == Accessibility.Public && each.Name != "IEquatable"))
                .Select(each => each.ToDisplayString(Names)),
        ];
        return $"public {modifiers}{kind} {type.ToDisplayString(Names)}{(above.Length > 0 && type.TypeKind != TypeKind.Enum ? " : " + string.Join(", ", above) : string.Empty)}";
    }

    private static string OfProperty(IPropertySymbol property)
    {
        string accessors = property.SetMethod is { DeclaredAccessibility: Accessibility.Public } setter ? setter.IsInitOnly ? "{ get; init; }" : "{ get; set; }" : "{ get; }";
        string declaration = property.ToDisplayString(Names);
        if (property.IsIndexer)
        {
            declaration += $"[{string.Join(", ", property.Parameters.Select(parameter => parameter.ToDisplayString(Names)))}]";
        }

        return $"{declaration} {accessors}";
    }

    private static string Listed(string declaration, IReadOnlyList<IParameterSymbol> parameters)
    {
        string[] each = [.. parameters.Select(parameter => parameter.ToDisplayString(Names))];
        string line = $"{declaration}({string.Join(", ", each)})";
        return line.Length <= LongestLine ? line : $"{declaration}(\n    {string.Join(",\n    ", each)})";
    }
}
