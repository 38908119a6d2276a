namespace PaxosWcf.Tests.PublicApi;

/// <summary>Types with something of everything, for the listing to be tried on.</summary>
public static class Seen
{
    public enum Colour
    {
        Blue = 2,
        Red = 1,
    }

    public delegate T Asked<T>(T who);

    public interface IDoor : IDisposable
    {
        Task OpenAsync(string name);
    }

    public readonly record struct Point(int X);

    public sealed record Note(string Text);

    public class Figure;

    public abstract class Shape : Figure, IDisposable
    {
        public const int Sides = 4;

        public static readonly TimeSpan Most = TimeSpan.FromSeconds(1);

        protected Shape(string name = "x") => Hidden = name.Length;

        public event EventHandler? Moved;

        public required string[] Names { get; init; }

        public int Turn { get; set; }

        internal int Hidden { get; }

        public string this[int at] => Names[at];

        public abstract Task<IReadOnlyList<string?>?> FindAsync(string? key, int? limit = null, CancellationToken cancel = default);

        public bool Holds<T>(ref int a, out string b, in long c, params byte[] rest)
        {
            Moved?.Invoke(this, EventArgs.Empty);
            b = $"{typeof(T)}{c}{rest.Length}";
            return a > 0;
        }

        public void Dispose() => GC.SuppressFinalize(this);

        public override string ToString() => "";

        private protected void Unseen() => Turn = 1;

        protected virtual (int, string) Pair(bool both = true) => (both ? 1 : 0, "");
    }
}
