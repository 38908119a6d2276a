namespace PaxosWcf.History;

/// <summary>The words of the format, as the lines spell them.</summary>
internal static class LineFields
{
    public const string Process = "process";
    public const string Type = "type";
    public const string Operation = "op";
    public const string Key = "key";
    public const string Value = "value";
    public const string Expected = "expected";
    public const string Found = "found";
    public const string Time = "time_ns";
    public const string Error = "error";
    public const string Node = "node";
    public const string Slot = "slot";
    public const string Name = "name";
    public const string Phase = "phase";
    public const string Text = "text";
    public const string Nemesis = "nemesis";
    public const string Note = "note";
    public const string Start = "start";
    public const string Stop = "stop";

    public static string Of(CallPhase phase) => phase switch
    {
        CallPhase.Invoke => "invoke",
        CallPhase.Ok => "ok",
        CallPhase.Fail => "fail",
        _ => "info",
    };

    public static string Of(OperationKind operation) => operation switch
    {
        OperationKind.Put => "put",
        OperationKind.Get => "get",
        OperationKind.Delete => "delete",
        _ => "cas",
    };

    public static CallPhase? PhaseOf(string word) => word switch
    {
        "invoke" => CallPhase.Invoke,
        "ok" => CallPhase.Ok,
        "fail" => CallPhase.Fail,
        "info" => CallPhase.Info,
        _ => null,
    };

    public static OperationKind? OperationOf(string word) => word switch
    {
        "put" => OperationKind.Put,
        "get" => OperationKind.Get,
        "delete" => OperationKind.Delete,
        "cas" => OperationKind.Cas,
        _ => null,
    };
}
