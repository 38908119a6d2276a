using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>What the options say of certificates.</summary>
internal static class ClientCertificates
{
    /// <summary>Holds the password of the file of --certificate: a command line can be read by others on the machine.</summary>
    public const string PasswordVariable = "PAXOSWCF_CERTIFICATE_PASSWORD";

    /// <summary>The same options, with the certificates that the settings name.</summary>
    public static PaxosClientOptions AddTo(PaxosClientOptions options, ConsoleSettings settings)
    {
        string? password = Environment.GetEnvironmentVariable(PasswordVariable);
        return options with
        {
            ClientCertificate = Read("--certificate", settings.CertificatePath, path => CertificateFiles.WithKey(path, password)),
            ClientCertificateChain = Read("--certificate", settings.CertificatePath, path => CertificateFiles.Between(path, password)),
            TrustedIssuers = Read("--trusted-issuers", settings.TrustedIssuersPath, CertificateFiles.Issuers),
        };
    }

    private static T? Read<T>(string option, string? path, Func<string, T> read)
        where T : class
    {
        try
        {
            return path is null ? null : read(path);
        }
        catch (CertificateException e)
        {
            throw new UsageException($"{option}: {e.Message}");
        }
    }
}
