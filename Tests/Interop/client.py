"""Calls a replica from its WSDL alone, with zeep. Usage: client.py http://127.0.0.1:8101"""
import sys

import zeep
from zeep.exceptions import Fault

client = zeep.Client(sys.argv[1] + "/KeyValueStore.svc?wsdl")
store = client.service
data = client.type_factory("http://schemas.paxoswcf/v1/data")

put = store.Put(key="colour", value=b"blue \x00\xff", identity=None)
assert put.Revision > 0, put
got = store.Get(key="colour")
assert got.Found and got.Value == b"blue \x00\xff", got
assert store.ContainsKey(key="colour", consistency="Serializable").Found

opened = store.OpenSession()
assert opened.Cluster, opened
session = opened.Session
identity = data.RequestIdentity(Session=session, Sequence=1)
assert store.Delete(key="colour", identity=identity).Found
assert not store.ContainsKey(key="colour").Found
assert store.Get(key="colour").Value is None

batch = store.Batch(
    operations=data.ArrayOfBatchOperation(
        BatchOperation=[
            data.BatchOperation(Kind="Put", Key="batched", Value=b"1"),
            data.BatchOperation(Kind="Delete", Key="nobody"),
        ]
    )
)
assert [operation.Found for operation in batch.Operations.BatchOperationReply] == [False, False], batch
assert store.Get(key="batched").ModificationRevision == batch.Revision, batch

stand = store.Watch(key="", isPrefix=True)
assert stand.Changes is None or not stand.Changes.KeyChange, stand
assert stand.CompleteThrough == batch.Revision, stand
told = store.Watch(key="colour", fromRevision=1, waitMilliseconds=0)
assert [change.Kind for change in told.Changes.KeyChange] == ["Put", "Delete"], told
assert told.Changes.KeyChange[0].Value == b"blue \x00\xff", told

transact = store.Transact(
    comparisons=data.ArrayOfComparison(
        Comparison=[
            data.Comparison(Kind="Value", Key="batched", Value=b"1"),
            data.Comparison(Kind="Version", Key="nobody", Number=0),
        ]
    ),
    then=data.ArrayOfBatchOperation(BatchOperation=[data.BatchOperation(Kind="Put", Key="batched", Value=b"2")]),
)
assert transact.Held and transact.Revision == batch.Revision + 1, transact
transact = store.Transact(
    comparisons=data.ArrayOfComparison(Comparison=[data.Comparison(Kind="Missing", Key="batched")]),
    then=data.ArrayOfBatchOperation(),
    otherwise=data.ArrayOfBatchOperation(BatchOperation=[data.BatchOperation(Kind="Delete", Key="nobody")]),
)
assert not transact.Held and [key.Version for key in transact.Compared.ComparedKey] == [2], transact
assert [operation.Found for operation in transact.Operations.BatchOperationReply] == [False], transact

page = store.Range(prefix="bat", keysMax=1)
assert [(key.Key, key.Value, key.Version) for key in page.Keys.RangeKey] == [("batched", b"2", 2)] and not page.More, page

lease = store.GrantLease(timeToLiveSeconds=3600)
assert lease.TimeToLiveSeconds == 3600, lease
leased = store.Batch(
    operations=data.ArrayOfBatchOperation(
        BatchOperation=[data.BatchOperation(Kind="Put", Key="leased", Value=b"1", LeaseId=lease.LeaseId)]
    )
)
assert store.KeepLeaseAlive(leaseId=lease.LeaseId).LeaseId == lease.LeaseId
assert store.GetLease(leaseId=lease.LeaseId).Keys.string == ["leased"], store.GetLease(leaseId=lease.LeaseId)
assert lease.LeaseId in [each.LeaseId for each in store.Leases().Leases.LeaseSummary]
revoked = store.RevokeLease(leaseId=lease.LeaseId)
assert revoked.Found and revoked.KeysRemoved == 1 and not store.ContainsKey(key="leased").Found, revoked
try:
    store.KeepLeaseAlive(leaseId=lease.LeaseId)
    raise AssertionError("a lease that is over was renewed")
except Fault as fault:
    assert fault.code.endswith(":LeaseNotFound"), fault.code

replies = store.Pipeline(
    calls=data.ArrayOfPipelinedCall(
        PipelinedCall=[
            data.PipelinedCall(Kind="Put", Key="piped", Value=b"1"),
            data.PipelinedCall(Kind="Put", Key="", Value=b"1"),
            data.PipelinedCall(Kind="Get", Key="batched"),
        ]
    )
)
assert replies[0].Put.Revision > 0 and replies[2].Get.Value == b"2", replies
assert replies[1].Fault.InvalidRequest.Field == "key", replies

resolved = store.Resolve(session=session, sequence=1)
assert resolved.Outcome == "Applied" and resolved.Delete.Found, resolved
assert store.Resolve(session=session, sequence=2).Outcome == "NotApplied"

assert [member.ReplicaId for member in store.Members().Members.MemberData] == [1, 2, 3], store.Members()

try:
    store.Put(key="", value=b"")
    raise AssertionError("an empty key was taken")
except Fault as fault:
    detail = client.wsdl.types.deserialize(fault.detail[0])
    assert fault.code.endswith(":InvalidRequest"), fault.code
    assert detail.Field == "key", detail

if "KeyValueStore_Soap12" in client.wsdl.services["KeyValueStoreService"].ports:
    soap12 = client.bind("KeyValueStoreService", "KeyValueStore_Soap12")
    assert soap12.Put(key="soap12", value=b"1").Revision > 0
    try:
        soap12.Put(key="", value=b"")
        raise AssertionError("an empty key was taken over SOAP 1.2")
    except Fault as fault:
        assert [str(code.localname) for code in fault.subcodes] == ["InvalidRequest"], fault.subcodes

print("interop ok")
