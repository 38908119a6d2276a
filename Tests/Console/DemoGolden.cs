namespace PaxosWcf.Tests.Console;

/// <summary>What the demo tells, normalized; the same against a fake store and against five processes.</summary>
internal static class DemoGolden
{
    public static readonly string Story =
        """
        Pre-populated: 10 keys written, sample-0001 to sample-0010.

        PUT at every replica, while the acceptor of one fails
        time          operation                           replica  answer                             ms
        HH:MM:SS.mmm  put colour-1 red                    1        created at revision 11 MS
        HH:MM:SS.mmm  put colour-2 orange                 2        created at revision 12 MS
        HH:MM:SS.mmm  put colour-3 yellow                 3        created at revision 13 MS
        HH:MM:SS.mmm  put colour-4 green                  4        created at revision 14 MS
        HH:MM:SS.mmm  put colour-5 blue                   5        created at revision 15 MS

        GET at every replica: another one than took the PUT
        time          operation                           replica  answer                             ms
        HH:MM:SS.mmm  get colour-2                        1        orange MS
        HH:MM:SS.mmm  get colour-3                        2        yellow MS
        HH:MM:SS.mmm  get colour-4                        3        green MS
        HH:MM:SS.mmm  get colour-5                        4        blue MS
        HH:MM:SS.mmm  get colour-1                        5        red MS

        CONTAINS and DELETE at every replica, while two acceptors fail
        time          operation                           replica  answer                             ms
        HH:MM:SS.mmm  contains colour-1                   5        true MS
        HH:MM:SS.mmm  delete colour-1                     1        deleted at revision 16 MS
        HH:MM:SS.mmm  delete colour-2                     2        deleted at revision 17 MS
        HH:MM:SS.mmm  delete colour-3                     3        deleted at revision 18 MS
        HH:MM:SS.mmm  delete colour-4                     4        deleted at revision 19 MS
        HH:MM:SS.mmm  delete colour-5                     5        deleted at revision 20 MS
        HH:MM:SS.mmm  contains colour-1                   1        false MS

        PUT while a majority of acceptors is down: it waits, and goes on by itself
        time          operation                           replica  answer                             ms
        HH:MM:SS.mmm  put patience rewarded               5        created at revision 21 MS

        All 5 replicas hold the same contents. Every operation got its answer.

        """.ReplaceLineEndings("\n");
}
