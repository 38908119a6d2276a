using System.Runtime.Serialization;
using System.Xml;
using System.Xml.Schema;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>The schemas of a contract's WSDL: one of the operations' elements, and those of the data contracts.</summary>
internal sealed class WsdlTypes
{
    private readonly XsdDataContractExporter _exporter = new();
    private readonly XmlSchema _wrappers;

    public WsdlTypes(SoapContract contract)
    {
        _wrappers = new XmlSchema
        {
            TargetNamespace = contract.Namespace,
            ElementFormDefault = XmlSchemaForm.Qualified,
        };
        foreach (var type in contract.Operations.SelectMany(TypesOf).Distinct())
        {
            _exporter.Export(type);
        }
        foreach (var shape in contract.Operations.SelectMany(ShapesOf))
        {
            ForbidNulls(shape);
        }
        foreach (var operation in contract.Operations)
        {
            AddWrappers(operation);
        }
        foreach (var used in _exporter.Schemas.Schemas().Cast<XmlSchema>().Where(IsOurs))
        {
            _wrappers.Includes.Add(new XmlSchemaImport { Namespace = used.TargetNamespace });
        }
    }

    /// <summary>The schemas, the operations' own first.</summary>
    public IEnumerable<XmlSchema> Schemas =>
        _exporter.Schemas.Schemas().Cast<XmlSchema>().Where(IsOurs).Prepend(_wrappers);

    /// <summary>The element that a fault's detail is.</summary>
    public XmlQualifiedName ElementOf(SoapFault fault) => _exporter.GetRootElementName(fault.DetailType)!;

    private static IEnumerable<Type> TypesOf(SoapOperation operation)
    {
        var result = operation.ResultType is { } type ? [type] : Array.Empty<Type>();
        return operation.Parameters.Select(parameter => NotNullable(parameter.Type))
            .Concat(result)
            .Concat(operation.Faults.Select(fault => fault.DetailType));
    }

    private static IEnumerable<DataContractShape?> ShapesOf(SoapOperation operation) => operation.Parameters.Select(parameter => parameter.Shape)
        .Concat(TypesOf(operation).Select(type => DataContractShape.Of(type, nullability: null)));

    private static bool IsOurs(XmlSchema schema) => schema.TargetNamespace != XmlSchema.Namespace;

    private static Type NotNullable(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private void AddWrappers(SoapOperation operation)
    {
        AddWrapper(operation.RequestElement, operation.Parameters.Select(
            parameter => Element(parameter.Name, parameter.Type, parameter.Required)));
        AddWrapper(operation.ReplyElement, operation.ResultType is { } result
            ? [Element(operation.ResultElement, result, required: true)]
            : []);
    }

    private void AddWrapper(string name, IEnumerable<XmlSchemaElement> elements)
    {
        var sequence = new XmlSchemaSequence();
        foreach (var element in elements)
        {
            sequence.Items.Add(element);
        }
        _wrappers.Items.Add(new XmlSchemaElement
        {
            Name = name,
            SchemaType = new XmlSchemaComplexType { Particle = sequence },
        });
    }

    private XmlSchemaElement Element(string name, Type type, bool required) => new()
    {
        Name = name,
        SchemaTypeName = _exporter.GetSchemaTypeName(NotNullable(type)),
        MinOccurs = required ? 1 : 0,
        IsNillable = !required,
    };

    // The exporter calls every reference nillable; C# knows better, and so does the reader of requests.
    private void ForbidNulls(DataContractShape? shape)
    {
        if (shape is null)
        {
            return;
        }
        foreach (var element in ElementsOf(shape.TypeName))
        {
            if (shape.ItemTypeName is not null ? !shape.ItemsNullable : shape.Members.Any(member => IsNeverNull(member, element)))
            {
                element.IsNillable = false;
            }
        }
        ForbidNulls(shape.Item);
        foreach (var member in shape.Members)
        {
            ForbidNulls(member.Shape);
        }
    }

    private static bool IsNeverNull(DataContractMember member, XmlSchemaElement element) =>
        member is { Nullable: false, Required: true } && member.Name == element.Name;

    private IEnumerable<XmlSchemaElement> ElementsOf(XmlQualifiedName type) =>
        _exporter.Schemas.Schemas(type.Namespace).Cast<XmlSchema>()
            .SelectMany(schema => schema.Items.OfType<XmlSchemaComplexType>())
            .Where(complex => complex.Name == type.Name)
            .SelectMany(complex => ((XmlSchemaSequence)complex.Particle!).Items.OfType<XmlSchemaElement>());
}
